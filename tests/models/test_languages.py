"""Language codes: what users say, what checkpoints have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ import ModelError
from summ.models.languages import ISO, choose, is_arabic, same

NLLB = {code: code[:3] for code in ("arb_Arab", "arz_Arab", "eng_Latn", "pes_Arab", "zho_Hans", "zho_Hant", "zsm_Latn")}


def test_the_table_is_whole() -> None:
    assert len(ISO) > 120
    for code, group in ISO.items():
        assert group[0] == code
        assert all(len(c) in (2, 3) and c.isascii() and c.islower() for c in group), code
    assert ISO["ar"] == ("ar", "ara", "arb")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("ar", "ara", True), ("arb", "ar", True), ("en", "eng", True), ("en", "fr", False), ("en", "mul", None)],
)
def test_same(one: str, other: str, expected: bool | None) -> None:
    assert same(one, other) is expected
    assert same(other, one) is expected


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("ar", "arb_Arab"),
        ("ara", "arb_Arab"),
        ("arb", "arb_Arab"),
        ("arz", "arz_Arab"),
        ("fa", "pes_Arab"),
        ("ms", "zsm_Latn"),
    ],
)
def test_choose(asked: str, code: str) -> None:
    assert choose(asked, NLLB, where="m") == code


def test_several_scripts_want_a_choice() -> None:
    with pytest.raises(ModelError, match="'zh' is zho_Hans or zho_Hant in this model; say which"):
        choose("zh", NLLB, where="m")
    assert choose("zh", NLLB, where="m", preferred={"zho_Hans"}) == "zho_Hans"


@pytest.mark.parametrize(("asked", "code"), [("ar", "ara"), ("ara", "ara"), ("ara_Latn", "ara_Latn"), ("arz", "arz")])
def test_a_code_without_a_script_is_the_usual_one(asked: str, code: str) -> None:
    # The target tags of opus-mt-en-ar.
    tags = {c: c.split("_")[0] for c in ("apc", "apc_Latn", "ara", "ara_Latn", "arq_Latn", "arz")}
    assert choose(asked, tags, where="m") == code


@pytest.mark.parametrize(
    ("asked", "near"), [("ar_AR", "arb_Arab"), ("AR", "arb_Arab"), ("en-US", "eng_Latn"), ("arz_Latn", "arz_Arab")]
)
def test_near_codes_are_named(asked: str, near: str) -> None:
    with pytest.raises(ModelError, match=f"m: knows no language {asked!r}; near codes: .*{near}"):
        choose(asked, NLLB, where="m")


@given(st.text(max_size=12))
def test_any_text_gives_a_code_of_the_model_or_one_line(asked: str) -> None:
    try:
        assert choose(asked, NLLB, where="m") in NLLB
    except ModelError as error:
        assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize("code", ["ar", "ara", "ar_AR", "arb_Arab", "arz", "apc_Arab"])
def test_arabic_by_any_of_its_codes(code: str) -> None:
    assert is_arabic(code)


@pytest.mark.parametrize("code", ["", "en", "fa", "pes_Arab", "urd_Arab", "arb_Latn", "arg"])
def test_what_is_not_arabic(code: str) -> None:
    assert not is_arabic(code)
