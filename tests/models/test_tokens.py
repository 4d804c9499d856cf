"""Reading tokenizer files: nothing cut, nothing slipped in, no protobuf."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from checkpoints import AR, EN, Built
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summ import ModelError
from summ.engines.base import DecodeOptions
from summ.models.checkpoint import Checkpoint
from summ.models.families.base import HubFamily, Wanted
from summ.models.families.choose import family
from summ.models.tokens import json_tokens, sentencepiece_model

Build = Callable[..., Built]


@pytest.fixture(scope="module")
def families(build: Build) -> dict[str, HubFamily]:
    kinds = ("marian", "m2m100", "nllb", "mbart", "arabart", "bart", "t5", "madlad", "pegasus")
    return {kind: family(Checkpoint.read(build(kind).folder, kind), Wanted()) for kind in kinds}


def test_truncation_that_a_file_was_saved_with_is_off(build: Build) -> None:
    from tokenizers import Tokenizer

    path = build("pegasus").folder / "tokenizer.json"
    assert Tokenizer.from_file(str(path)).truncation["max_length"] == 16
    assert len(json_tokens(path, "x").encode([" ".join(AR)])[0]) > 200


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.sampled_from(["</s>", "<s> a </s>", "<unk>", "__en__ x", ">>eng<< x", "<pad>"]))
def test_no_text_smuggles_special_tokens_in(families: dict[str, HubFamily], text: str) -> None:
    for kind, one in families.items():
        empty = one.encode([""], DecodeOptions())[0].ids
        (ids,) = one.sources([text])
        names = one.tokens.names()
        for token in ("<s>", "</s>", "<pad>", "__en__", "eng_Latn", "en_XX"):
            if token in names:
                assert ids.count(names[token]) == empty.count(names[token]), (kind, token)
        assert one.count([text]) == [len(ids)]
        assert ids[: len(one._frame.before)] == one._frame.before


def test_cutting_keeps_the_special_tokens(families: dict[str, HubFamily]) -> None:
    for kind, one in families.items():
        (ids,) = one.sources([" ".join(AR * 8)])
        cut = one.cut(ids)
        assert len(cut) == one.limit, kind
        assert cut[: one.limit - 3] == ids[: one.limit - 3]
        assert cut[-1] == ids[-1]


def test_folders_with_a_sentencepiece_model_only_need_no_protobuf(build: Build) -> None:
    built = build("nllb", without=("tokenizer.json",))
    code = (
        "import sys; sys.modules['google.protobuf'] = None\n"
        "from summ.models.checkpoint import Checkpoint\n"
        "from summ.models.families.choose import family\n"
        "from summ.models.families.base import Wanted\n"
        "from pathlib import Path\n"
        "made = family(Checkpoint.read(Path(sys.argv[1]), 'x'), Wanted())\n"
        "print(made.sources([sys.argv[2]])[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(built.folder), AR[0]], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str((built.ids["arb_Arab"], *built.fairseq(AR[0]), 2))


def test_language_ids_of_nllb_are_those_of_its_embeddings(build: Build) -> None:
    # transformers 5.24 puts <mask> before the languages of such a folder, so that every language is its neighbour.
    from transformers import AutoTokenizer

    built = build("nllb", without=("tokenizer.json",))
    made = family(Checkpoint.read(built.folder, "nllb"), Wanted("eng_Latn", "arb_Arab"))
    assert made.begin == (2, built.ids["arb_Arab"])
    theirs = AutoTokenizer.from_pretrained(built.folder).convert_tokens_to_ids("arb_Arab")
    assert theirs in (built.ids["arb_Arab"], built.ids["arb_Arab"] + 1)


def test_ids_of_added_tokens_in_the_files_win(build: Build, tmp_path: Path) -> None:
    import checkpoints

    built = build("nllb", without=("tokenizer.json",))
    folder = checkpoints.copy(built, tmp_path / "added").folder
    swapped = {"arb_Arab": built.ids["eng_Latn"], "eng_Latn": built.ids["arb_Arab"]}
    checkpoints.write(folder / "added_tokens.json", swapped)
    made = family(Checkpoint.read(folder, "x"), Wanted("arb_Arab", "eng_Latn"))
    assert made.begin[1] == built.ids["arb_Arab"]


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b"\x00\x01\x02"])
def test_broken_files_are_one_line(tmp_path: Path, content: bytes) -> None:
    for name, read in (("tokenizer.json", json_tokens), ("source.spm", sentencepiece_model)):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ModelError, match=name) as caught:
            read(path, "x")
        assert "\n" not in str(caught.value)


def test_texts_come_back(families: dict[str, HubFamily]) -> None:
    for kind, one in families.items():
        for text in (*AR[:4], *EN[:2]):
            (ids,) = one.tokens.encode([text])
            if kind not in ("marian", "arabart"):  # those know one language at the source
                assert one.decode(ids).strip() == text, kind
