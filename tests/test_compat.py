"""``summ.pipeline``: the arguments and shapes of transformers 4's call, and nothing cut without a word.

That the texts are those of transformers 4 itself is what compat_transformers4.py checks.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import summ
from summ import InputError, ModelError

sys.path.insert(0, str(Path(__file__).resolve().parent / "models"))
import checkpoints
from checkpoints import AR

LONG = " ".join(AR * 3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    made: dict[str, str] = {}
    root = tmp_path_factory.mktemp("compat")

    def once(kind: str, **options: Any) -> str:
        key = f"{kind} {options}"
        if key not in made:
            made[key] = str(getattr(checkpoints, kind)(root / str(len(made)), **options).folder)
        return made[key]

    return once


Folder = Callable[..., str]
SHAPES = [
    ("summarization", "bart", "summary_text", {}),
    ("text2text-generation", "t5", "generated_text", {}),
    ("translation", "marian", "translation_text", {}),
    ("translation_ar_to_en", "m2m100", "translation_text", {}),
    ("translation", "nllb", "translation_text", {"src_lang": "arb_Arab", "tgt_lang": "eng_Latn"}),
]


@pytest.mark.parametrize(("task", "kind", "key", "call"), SHAPES)
def test_shapes_are_those_of_transformers_4(
    folder: Folder, task: str, kind: str, key: str, call: dict[str, Any]
) -> None:
    pipe = summ.pipeline(task, model=folder(kind), device=-1)
    call = call | {"max_length": 12}
    one = pipe(AR[0], **call)
    assert isinstance(one, list)
    assert [set(record) for record in one] == [{key}]
    several = pipe(AR[:3], **call)
    assert [set(record) for record in several] == [{key}] * 3
    assert several[0] == one[0]
    lazy = pipe((text for text in AR[:3]), **call)
    assert isinstance(lazy, Iterator)
    assert list(lazy) == [[record] for record in several]
    ids = pipe(AR[0], return_tensors=True, **call)[0]
    assert set(ids) == {key.replace("_text", "_token_ids")}
    assert ids[key.replace("_text", "_token_ids")].ndim == 1


def test_arguments_at_the_pipeline_are_defaults_of_the_call(folder: Folder) -> None:
    languages = {"src_lang": "ar_AR", "tgt_lang": "en_XX"}
    once = summ.pipeline("translation", folder("mbart"), device="cpu", max_length=9, num_beams=2, **languages)
    bare = summ.pipeline("translation", folder("mbart"), device="cpu")
    assert once(AR[:3]) == bare(AR[:3], max_length=9, num_beams=2, **languages)
    assert once(AR[:3], num_beams=1) == bare(AR[:3], max_length=9, num_beams=1, **languages)


def test_max_length_counts_the_start_token_and_max_new_tokens_does_not(folder: Folder) -> None:
    pipe = summ.pipeline("summarization", folder("bart"), device="cpu", return_tensors=True, num_beams=1)
    ids = [pipe(AR[0], **call)[0]["summary_token_ids"] for call in ({"max_length": 8}, {"max_new_tokens": 7})]
    assert ids[0].tolist() == ids[1].tolist()
    assert pipe(AR[0], max_length=9, min_length=9)[0]["summary_token_ids"].shape[0] == 9


def test_the_output_is_that_of_generate(folder: Folder) -> None:
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    path = folder("bart")
    tokenizer, model = AutoTokenizer.from_pretrained(path), AutoModelForSeq2SeqLM.from_pretrained(path)
    pipe = summ.pipeline("summarization", model=path, tokenizer=path, device="cpu", max_length=30, num_beams=3)
    for text, record in zip(AR[:5], pipe(AR[:5]), strict=True):
        ids = model.generate(**tokenizer(text, return_tensors="pt"), max_length=30, num_beams=3)[0]
        assert record["summary_text"] == tokenizer.decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )


@pytest.mark.parametrize(
    ("kind", "call"), [("bart", {}), ("marian", {}), ("nllb", {"src_lang": "arb_Arab", "tgt_lang": "eng_Latn"})]
)
def test_objects_of_transformers_are_taken(folder: Folder, kind: str, call: dict[str, Any]) -> None:
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    path = folder(kind)
    model, tokenizer = AutoModelForSeq2SeqLM.from_pretrained(path), AutoTokenizer.from_pretrained(path)
    task = "summarization" if kind == "bart" else "translation"
    given = summ.pipeline(task, model=model, tokenizer=tokenizer, device="cpu")
    named = summ.pipeline(task, model=path, device="cpu")
    assert given(AR[:3], max_length=20, **call) == named(AR[:3], max_length=20, **call)
    with pytest.raises(InputError, match="a model object needs its tokenizer object"):
        summ.pipeline(task, model=model)
    if call:
        with pytest.raises(ModelError, match="knows no language 'ar_AR'"):
            given(AR[0], src_lang="ar_AR", tgt_lang="eng_Latn")


def test_anything_that_yields_texts(folder: Folder) -> None:
    from datasets import Dataset
    from torch.utils import data

    class Old(data.Dataset[str]):
        def __len__(self) -> int:
            return 3

        def __getitem__(self, i: int) -> str:
            return AR[i]

    pipe = summ.pipeline("translation", folder("marian"), device="cpu", max_length=9, batch_size=2)
    expected = pipe(AR[:3])
    assert [record for (record,) in pipe(Old())] == expected
    assert list(pipe(Dataset.from_dict({"text": AR[:3]})["text"])) == expected
    assert pipe(tuple(AR[:3])) == expected
    assert pipe([]) == []
    read: list[str] = []

    def texts() -> Iterator[str]:
        for text in AR:
            read.append(text)
            yield text

    next(pipe(texts()))
    assert len(read) == 2, "a generator is read a batch ahead, no further"


def test_a_long_article_is_read_to_its_end(folder: Folder) -> None:
    path = folder("marian")
    translator = summ.Translator.load(path, device="cpu", engine="torch")
    pipe = summ.pipeline("translation", path, device="cpu")
    assert pipe(LONG)[0]["translation_text"] == translator(LONG).text
    summarizer = summ.Summarizer.load(folder("bart"), device="cpu", engine="torch", beam_size=4, max_new_tokens=20)
    short = summ.pipeline("summarization", folder("bart"), device="cpu", max_length=22)
    assert short(LONG)[0]["summary_text"] == summarizer(LONG).text


def test_tags_before_a_long_text_hold_for_every_sentence(folder: Folder) -> None:
    path = folder("marian", tags=(">>eng<<", ">>fra<<"))
    pipe = summ.pipeline("translation", path, device="cpu")
    whole = pipe(">>fra<< " + LONG)[0]["translation_text"]
    assert whole == summ.Translator.load(path, target_language="fr", device="cpu", engine="torch")(LONG).text
    assert pipe(">>fra<< " + AR[0], max_length=20) != pipe(">>eng<< " + AR[0], max_length=20)


def test_truncation_is_done_when_asked_for_and_said(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    pipe = summ.pipeline("summarization", folder("bart"), device="cpu", max_length=20)
    with caplog.at_level(logging.WARNING, "summ"):
        pipe([LONG, AR[0]], truncation=True)
    assert "1 of 2 texts cut to 64 tokens" in caplog.text
    caplog.clear()
    pipe(AR[:2], truncation=True)
    assert "cut" not in caplog.text


def test_text2text_over_the_limit(folder: Folder) -> None:
    with pytest.raises(InputError, match=r"over the 64 of .*truncation=True"):
        summ.pipeline("text2text-generation", folder("bart"), device="cpu")(LONG)
    # T5 has no table of positions: transformers 4 read any length, and so does this.
    long = " ".join([LONG] * 2)
    pipe = summ.pipeline("text2text-generation", folder("t5"), device="cpu", max_length=5)
    assert isinstance(pipe(long)[0]["generated_text"], str)


def test_task_specific_parameters(folder: Folder) -> None:
    params = {"summarization": {"prefix": "summarize: ", "max_length": 9, "min_length": 9}}
    path = folder("t5", architecture="t5", task_specific_params=params)
    pipe = summ.pipeline("summarization", path, device="cpu", return_tensors=True)
    plain = summ.pipeline("text2text-generation", path, device="cpu", return_tensors=True)
    made = pipe(AR[0])[0]["summary_token_ids"].tolist()
    assert len(made) == 9
    assert plain("summarize: " + AR[0], max_length=9, min_length=9)[0]["generated_token_ids"].tolist() == made


def test_unfinished_translations_are_said(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    pipe = summ.pipeline("translation", folder("marian"), device="cpu")
    with caplog.at_level(logging.WARNING, "summ"):
        pipe(AR[:2], max_length=3)
    assert "2 of 2 translations ended at 2 tokens; max_length= allows more" in caplog.text


@pytest.mark.parametrize(
    ("task", "options", "message"),
    [
        ("question-answering", {}, "task 'question-answering' is not one of summarization, translation"),
        ("summarization", {"do_sample": True}, "do_sample=True has no counterpart"),
        ("summarization", {"temperature": 0.7}, "temperature=0.7 has no counterpart"),
        ("summarization", {"num_return_sequences": 3}, "num_return_sequences=3 has no counterpart"),
        ("summarization", {"trust_remote_code": True}, "trust_remote_code=True has no counterpart"),
        ("summarization", {"model_kwargs": {"load_in_8bit": True}}, "model_kwargs=.*has no counterpart"),
        ("summarization", {"tokenizer": "another/one"}, "tokenizer='another/one' is not that of the model"),
    ],
)
def test_what_has_no_counterpart_is_refused(folder: Folder, task: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        summ.pipeline(task, folder("bart"), **options)


def test_what_is_no_text_is_refused(folder: Folder) -> None:
    pipe = summ.pipeline("translation", folder("marian"), device="cpu")
    for wrong, message in (
        (5, "not int"),
        ({"text": "نص"}, "not dict"),
        (["نص", None], "text 2: expected a string, not NoneType"),
    ):
        with pytest.raises(InputError, match=message):
            pipe(wrong)
    with pytest.raises(ModelError, match="name a model"):
        summ.pipeline("translation")
    with pytest.raises(InputError, match="requires src_lang and tgt_lang"):
        summ.pipeline("translation", folder("nllb"), device="cpu")(AR[0])


def test_clean_up_of_spaces(folder: Folder) -> None:
    from summ.compat import _cleaned

    assert _cleaned("He said , I do n't know . It 's late !") == "He said, I don't know. It's late!"
    assert _cleaned("قال: نعم ، ثم ذهب .") == "قال: نعم ، ثم ذهب."


def test_device_map_auto_is_the_default(folder: Folder) -> None:
    made = summ.pipeline("translation", model=folder("marian"), device_map="auto")(AR[0], max_length=8)
    assert made == summ.pipeline("translation", model=folder("marian"))(AR[0], max_length=8)
    with pytest.raises(InputError, match="device_map='balanced' has no counterpart"):
        summ.pipeline("translation", model=folder("marian"), device_map="balanced")
