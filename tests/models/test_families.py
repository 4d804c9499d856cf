"""Each family against its documentation: exact input ids, exact first decoder ids, and plain ``model.generate``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from checkpoints import AR, EN, Built
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summ import GenerationError, ModelError
from summ.engines.base import DecodeOptions
from summ.models.checkpoint import Checkpoint
from summ.models.families.base import Wanted
from summ.models.families.choose import family as choose
from summ.models.load import load_model
from summ.models.seq2seq import Seq2SeqModel

Build = Callable[..., Built]
Ids = Callable[[Built, str], list[int]]


@dataclass(frozen=True)
class Case:
    """A family and what its documentation says.

    Attributes:
        kind, options: builder in checkpoints.py.
        family: the name that must be recognised.
        source: the documented input ids of a text.
        begin: the documented first decoder ids.
        layouts: files left out, one checkpoint each.
    """

    kind: str
    family: str
    source: Ids
    begin: Callable[[Built], list[int]]
    options: dict[str, Any] = field(default_factory=dict)
    layouts: tuple[tuple[str, ...], ...] = ((),)
    task: str = "translation"
    target: str = "en"


def marian_ids(built: Built, text: str) -> list[int]:
    return [built.ids.get(piece, 1) for piece in built.sentencepiece.encode(text, out_type=str)]


def m2m100_ids(built: Built, text: str) -> list[int]:
    # vocab.json has the order of the SentencePiece model, <s> <pad> </s> <unk> first.
    return built.fairseq(text)


def bart_ids(built: Built, text: str) -> list[int]:
    from tokenizers import ByteLevelBPETokenizer

    return list(ByteLevelBPETokenizer(*built.files).encode(text).ids)


BOTH = ((), ("tokenizer.json",), ("sentencepiece.bpe.model", "spiece.model"))
CASES = {
    # https://huggingface.co/docs/transformers/model_doc/marian: pieces </s>; decoder from <pad>
    "marian": Case("marian", "marian", lambda b, t: [*marian_ids(b, t), 0], lambda b: [b.ids["<pad>"]]),
    # "Multilingual models … prepend the target language code": >>eng<<
    "marian-tags": Case(
        "marian",
        "marian",
        lambda b, t: [b.ids[">>eng<<"], *marian_ids(b, t), 0],
        lambda b: [b.ids["<pad>"]],
        {"tags": (">>eng<<", ">>fra<<")},
    ),
    "marian-separate": Case(
        "marian",
        "marian",
        lambda b, t: [b.ids[">>eng<<"], *marian_ids(b, t), 0],
        lambda b: [b.ids["<pad>"]],
        {"tags": (">>eng<<",), "separate": True},
    ),
    # …/m2m_100: "[lang_code] X [eos]"; "eos_token_id as decoder_start_token_id … target language id as first token"
    "m2m100": Case("m2m100", "m2m100", lambda b, t: [b.ids["ar"], *m2m100_ids(b, t), 2], lambda b: [2, b.ids["en"]]),
    # …/nllb: "[lang_code] X [eos]", forced_bos_token_id of the target
    "nllb": Case(
        "nllb",
        "nllb",
        lambda b, t: [b.ids["arb_Arab"], *b.fairseq(t), 2],
        lambda b: [2, b.ids["eng_Latn"]],
        layouts=BOTH,
    ),
    # …/mbart#mbart-50: "[lang_code] X [eos]"; decoder from </s>, "forced to the target language id"
    "mbart50": Case(
        "mbart",
        "mbart50",
        lambda b, t: [b.ids["ar_AR"], *b.fairseq(t), 2],
        lambda b: [2, b.ids["en_XX"]],
        layouts=BOTH,
    ),
    # …/mbart: "X [eos, src_lang_code]"; "decoder_start_token_id=lang_code_to_id[…]"
    "mbart": Case(
        "mbart",
        "mbart",
        lambda b, t: [*b.fairseq(t), 2, b.ids["ar_AR"]],
        lambda b: [b.ids["en_XX"]],
        {"tokenizer": "MBartTokenizer"},
        BOTH,
    ),
    # …/barthez: <s> X </s>; AraBART's config: decoder from </s>
    "arabart": Case(
        "arabart", "arabart", lambda b, t: [0, *b.plain(t), 2], lambda b: [2], {}, BOTH, "summarization", "ar"
    ),
    # …/bart: <s> X </s>; decoder from </s>, forced to <s>
    "bart": Case(
        "bart",
        "bart",
        lambda b, t: [0, *bart_ids(b, t), 2],
        lambda b: [2, 0],
        {},
        ((), ("tokenizer.json",), ("vocab.json", "merges.txt")),
        "summarization",
        "ar",
    ),
    # …/mt5: X </s>; decoder from <pad>
    "mt5": Case("t5", "t5", lambda b, t: [*b.plain(t), 1], lambda b: [0], {}, BOTH, "summarization", "ar"),
    # …/t5: "summarize: " before the text, from task_specific_params
    "t5": Case(
        "t5",
        "t5",
        lambda b, t: [*b.plain("summarize: " + t), 1],
        lambda b: [0],
        {"architecture": "t5", "task_specific_params": {"summarization": {"prefix": "summarize: "}}},
        BOTH,
        "summarization",
        "ar",
    ),
    # …/madlad-400: "<2en> text"; decoder_start_token_id 0, which is <unk> there
    "madlad": Case("madlad", "madlad", lambda b, t: [*b.plain("<2en> " + t), 2], lambda b: [0], layouts=BOTH),
    # …/pegasus: X </s>; decoder from <pad>; pieces 103 further up
    "pegasus": Case(
        "pegasus",
        "pegasus",
        lambda b, t: [*(i + 103 if i > 1 else i for i in b.plain(t)), 1],
        lambda b: [0],
        {},
        BOTH,
        "summarization",
        "ar",
    ),
}
LAYOUTS = [(name, layout) for name, case in CASES.items() for layout in case.layouts]


def load(build: Build, name: str, without: tuple[str, ...] = (), **options: Any) -> tuple[Built, Seq2SeqModel]:
    case = CASES[name]
    built = build(case.kind, without=without, **case.options)
    chosen = {"task": case.task, "target_language": case.target, "engine": "torch", "threads": 1} | options
    return built, load_model(str(built.folder), **chosen)


@pytest.fixture(scope="module")
def models(build: Build) -> Callable[[str], Seq2SeqModel]:
    kept: dict[str, Seq2SeqModel] = {}

    def model(name: str) -> Seq2SeqModel:
        if name not in kept:
            kept[name] = load(build, name)[1]
        return kept[name]

    return model


@pytest.mark.parametrize(("name", "without"), LAYOUTS, ids=lambda v: "-".join(v) if isinstance(v, tuple) else v)
def test_ids_are_those_of_the_documentation(build: Build, name: str, without: tuple[str, ...]) -> None:
    case = CASES[name]
    built = build(case.kind, without=without, **case.options)
    wanted = Wanted("ar", case.target, case.task)  # type: ignore[arg-type]
    family = choose(Checkpoint.read(built.folder, name), wanted)
    assert family.name == case.family
    for text in [*AR, *EN[:3]]:
        piece = family.encode([text], DecodeOptions())[0]
        assert list(piece.ids) == case.source(built, text)
        assert list(piece.prefix) == case.begin(built)
        assert family.count([text]) == [len(piece.ids)]


@pytest.mark.parametrize("name", CASES)
def test_output_is_that_of_plain_generate(models: Callable[[str], Seq2SeqModel], name: str) -> None:
    import torch

    model = models(name)
    pieces = model.family.encode(AR[:5], model.options)
    network = model.engine.model  # type: ignore[attr-defined]
    ends = network.generation_config.eos_token_id
    lengths = set()
    for piece, made in zip(pieces, model.generate(AR[:5]), strict=True):
        forced = {"forced_bos_token_id": piece.prefix[1]} if len(piece.prefix) > 1 else {}
        plain = network.generate(
            torch.tensor([piece.ids]),
            num_beams=model.options.beam_size,
            max_new_tokens=piece.limit + len(piece.prefix) - 1,
            decoder_start_token_id=piece.prefix[0],
            **forced,
        )[0].tolist()
        assert plain[: len(piece.prefix)] == list(piece.prefix)
        rest = plain[len(piece.prefix) :]
        assert made.ids == tuple(rest[: rest.index(ends)] if ends in rest else rest)
        lengths.add(len(made.ids))
    assert len(lengths) > 1, "a model that ends everywhere alike shows nothing"


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_text_has_one_output_in_any_batch(
    models: Callable[[str], Seq2SeqModel], name: str, data: st.DataObject
) -> None:
    model = models(name)
    texts = data.draw(st.lists(st.sampled_from([*AR, *EN[:2]]), min_size=1, max_size=6))
    budget, cut = data.draw(st.integers(1, 600)), data.draw(st.integers(0, len(texts)))
    options = {"no_repeat_ngram_size": 3, "max_new_tokens": 12}
    alone = [model.generate([text], **options)[0] for text in dict.fromkeys(texts)]
    expected = [dict(zip(dict.fromkeys(texts), alone, strict=True))[text] for text in texts]
    usual, model.budget = model.budget, budget
    try:
        assert model.generate(texts, **options) == expected
        assert model.generate(texts[::-1], **options) == expected[::-1]
        assert model.generate(texts[:cut], **options) + model.generate(texts[cut:], **options) == expected
    finally:
        model.budget = usual


@pytest.mark.parametrize("name", CASES)
def test_special_tokens_in_an_article_are_text(models: Callable[[str], Seq2SeqModel], name: str) -> None:
    family = models(name).family
    frame = family.encode([""], DecodeOptions())[0].ids
    for token in ("</s>", "<pad>", "<mask>", "ar_AR", "eng_Latn", "__en__", ">>fra<<"):
        ids = family.encode([f"نص {token} نص"], DecodeOptions())[0].ids
        plain = [i for i in ids if i == family.tokens.id(token)]  # type: ignore[attr-defined]
        assert len(plain) == list(frame).count(family.tokens.id(token)), token  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", CASES)
def test_a_text_over_the_limit_is_refused_in_one_line(models: Callable[[str], Seq2SeqModel], name: str) -> None:
    # transformers dies with a bare IndexError in mBART here.
    model = models(name)
    text = " ".join(AR * 8)
    count = model.family.count([text])[0]
    assert count > model.family.limit
    with pytest.raises(GenerationError, match=f"{count} tokens is over this model's {model.family.limit}"):
        model.generate([text])


@pytest.mark.parametrize("name", CASES)
def test_a_text_of_exactly_the_limit_passes(models: Callable[[str], Seq2SeqModel], name: str) -> None:
    model = models(name)
    words = " ".join(AR * 8).split()
    last = bisect_right(
        range(len(words)), model.family.limit, key=lambda n: model.family.count([" ".join(words[:n])])[0]
    )
    longest = " ".join(words[: last - 1])
    assert model.family.limit - 24 <= model.family.count([longest])[0] <= model.family.limit
    assert model.generate([longest], beam_size=1, max_new_tokens=4)


@pytest.mark.parametrize("name", CASES)
def test_the_target_may_be_longer_than_20_tokens(models: Callable[[str], Seq2SeqModel], name: str) -> None:
    # 20 is where transformers stops if neither configuration says more.
    model = models(name)
    for text, piece in zip(AR, model.family.encode(AR, model.options), strict=True):
        positions = model.family.setting("max_position_embeddings") if model.family.positions else None  # type: ignore[attr-defined]
        most = (positions or 4096) - len(piece.prefix)
        assert piece.limit >= min(2 * model.family.count([text])[0], most)
        assert piece.limit <= most


def test_generation_ends_by_the_limit_only_where_the_model_did_not_end(models: Callable[[str], Seq2SeqModel]) -> None:
    model = models("mbart50")
    free = model.generate(AR[:6])
    assert any(g.finished for g in free)
    longest = max(g.tokens for g in free if g.finished)
    for made in model.generate(AR[:6], max_new_tokens=1):
        assert made.tokens <= 1
        assert not made.finished or longest == 0


LANGUAGES = [
    ("nllb", {}, "ar", "en", "arb_Arab", "eng_Latn"),
    ("nllb", {}, "arz_Arab", "fr", "arz_Arab", "fra_Latn"),
    ("nllb", {}, "apc_Arab", "fa", "apc_Arab", "pes_Arab"),
    ("nllb", {}, "zh", "de", "zho_Hans", "deu_Latn"),
    ("mbart", {}, "ar", "fa", "ar_AR", "fa_IR"),
    ("mbart", {}, "ar_AR", "en_XX", "ar_AR", "en_XX"),
]
ARABIC_TAGS = {"tags": (">>ara<<", ">>ara_Latn<<", ">>arz<<")}


@pytest.mark.parametrize(("target", "tag"), [("ar", ">>ara<<"), ("arz", ">>arz<<"), (">>ara_Latn<<", ">>ara_Latn<<")])
def test_marian_tags_of_one_language_in_two_scripts(build: Build, target: str, tag: str) -> None:
    built = build("marian", **ARABIC_TAGS)
    family = choose(Checkpoint.read(built.folder, "marian"), Wanted("en", target))
    assert family.encode([EN[0]], DecodeOptions())[0].ids[0] == built.ids[tag]


@pytest.mark.parametrize(("kind", "options", "source", "target", "source_code", "target_code"), LANGUAGES)
def test_languages_by_iso_code_or_the_models_own(
    build: Build, kind: str, options: dict[str, Any], source: str, target: str, source_code: str, target_code: str
) -> None:
    built = build(kind, **options)
    family = choose(Checkpoint.read(built.folder, kind), Wanted(source, target))
    piece = family.encode([AR[0]], DecodeOptions())[0]
    assert piece.ids[0] == built.ids[source_code]
    assert piece.prefix == (2, built.ids[target_code])


UNKNOWN = [
    ("nllb", {}, "ar_AR", "en", "knows no language 'ar_AR'; near codes: arb_Arab"),
    ("nllb", {}, "ar", "eng_Arab", "near codes: .*eng_Latn"),
    ("nllb", {}, "ar", "ms_Latn", "near codes: zsm_Latn"),
    ("mbart", {}, "arb_Arab", "en", "near codes: ar_AR"),
    ("mbart", {"tokenizer": "MBartTokenizer"}, "ar", "fa", "knows no language 'fa'"),
    ("m2m100", {}, "ar", "eng_Latn", "near codes: en"),
    ("madlad", {}, "ar", "eng_Latn", "near codes: en"),
    ("madlad", {}, "ar", "de", "there are ar, en, fr"),
    ("marian", {"tags": (">>eng<<", ">>fra<<")}, "ar", "de", "there are eng, fra"),
    ("marian", {}, "ar", "fr", "its target language is 'en', not 'fr'"),
    ("marian", {}, "de", "en", "its source language is 'ar', not 'de'"),
]


@pytest.mark.parametrize(("kind", "options", "source", "target", "message"), UNKNOWN)
def test_an_unknown_language_is_an_error_with_the_near_codes(
    build: Build, kind: str, options: dict[str, Any], source: str, target: str, message: str
) -> None:
    # transformers turns an unknown tag into <unk> and goes on.
    checkpoint = Checkpoint.read(build(kind, **options).folder, "this-model")
    with pytest.raises(ModelError, match=f"this-model.*{message}"):
        choose(checkpoint, Wanted(source, target))


def test_nllb_of_before_2023_wants_the_language_behind_the_text(build: Build) -> None:
    built = build("nllb")
    checkpoint = Checkpoint.read(built.folder, "nllb")
    old = Checkpoint(built.folder, "old", None, checkpoint.config, checkpoint.generation, {"legacy_behaviour": True})
    piece = choose(old, Wanted(), "nllb").encode([AR[0]], DecodeOptions())[0]
    assert list(piece.ids) == [*built.fairseq(AR[0]), 2, built.ids["arb_Arab"]]


def test_madlad_spells_rare_characters_in_bytes(build: Build) -> None:
    family = choose(Checkpoint.read(build("madlad").folder, "madlad"), Wanted())
    ids = family.encode(["نص 日本"], DecodeOptions())[0].ids
    assert family.decode(ids[2:]) == "نص 日本"


def test_decoding_gives_the_text_back(models: Callable[[str], Seq2SeqModel]) -> None:
    for name in CASES:
        family = models(name).family
        text = EN[0] if name.startswith("marian") else AR[0]
        tokens = family.tokens  # type: ignore[attr-defined]
        ids = tokens.encode([text])[0]
        if name.startswith("marian"):  # target ids are not made by the source's tokenizer
            continue
        assert family.decode(ids).strip() == text


STARTS = {"arabic": [1, "<extra_id_7>"], "english": [10, "<extra_id_9>"], "serbian_latin": [29, "<extra_id_11>"]}


@pytest.mark.parametrize(("target", "token"), [("ar", "<extra_id_7>"), ("en", "<extra_id_9>"), ("sr", "<extra_id_11>")])
def test_crosssum_starts_from_the_language_that_its_config_names(build: Build, target: str, token: str) -> None:
    # https://huggingface.co/csebuetnlp/mT5_m2m_crossSum_enhanced: decoder_start_token_id=get_lang_id(target_lang)
    built = build("t5", task_specific_params={"langid_map": STARTS})
    options: dict[str, Any] = {"task": "summarization", "target_language": target, "threads": 1, "dtype": "float32"}
    torch, fast = (load_model(str(built.folder), engine=e, **options) for e in ("torch", "ctranslate2"))
    piece = torch.family.encode([AR[0]], torch.options)[0]
    assert list(piece.ids) == [*built.plain(AR[0]), 1]
    assert piece.prefix == (torch.family.tokens.id(token),)  # type: ignore[attr-defined]
    assert fast.generate(AR[:4], beam_size=1) == torch.generate(AR[:4], beam_size=1)


def test_crosssum_without_a_language_starts_as_its_config_says(build: Build) -> None:
    checkpoint = Checkpoint.read(build("t5", task_specific_params={"langid_map": STARTS}).folder, "crosssum")
    assert choose(checkpoint, Wanted("ar", None, "summarization")).begin == (0,)
    with pytest.raises(ModelError, match="knows no language 'de'; there are arabic, english"):
        choose(checkpoint, Wanted("ar", "de", "summarization"))
