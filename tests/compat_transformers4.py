"""Check that ``summ.pipeline`` gives the texts that transformers 4 gave, for the same tiny checkpoints.

Not part of the suite: it installs transformers 4 and torch into a virtual environment of their own (minutes, and a
package index). Run it by hand:

    python tests/compat_transformers4.py                  # makes the environment in a temporary folder
    python tests/compat_transformers4.py --python PYTHON  # uses one that has transformers<5 already

Exit code 0 if every text is the same, 1 otherwise. It prints a line a case.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "models"))

import checkpoints  # noqa: E402

WORKER = """
import json, sys, warnings
warnings.simplefilter("ignore")
import torch, transformers
transformers.logging.set_verbosity_error()
torch.set_num_threads(1)
made = {"version": transformers.__version__, "cases": []}
for case in json.load(sys.stdin):
    pipe = transformers.pipeline(case["task"], model=case["model"], tokenizer=case["model"], device="cpu")
    made["cases"].append([pipe(case["texts"], **call) for call in case["calls"]])
print(json.dumps(made))
"""

AR = checkpoints.AR
LONG = " ".join(AR * 4)
NLLB = {"src_lang": "arb_Arab", "tgt_lang": "eng_Latn"}
MBART = {"src_lang": "ar_AR", "tgt_lang": "en_XX"}
CALLS: list[dict[str, Any]] = [
    {},
    {"max_length": 20, "min_length": 6, "num_beams": 3, "no_repeat_ngram_size": 2},
    {"max_new_tokens": 9, "num_beams": 1, "repetition_penalty": 1.3},
    {"max_length": 30, "length_penalty": 0.6, "early_stopping": True, "truncation": True, "batch_size": 2},
    {"clean_up_tokenization_spaces": True},
]


def cases(folder: Path) -> list[dict[str, Any]]:
    """Task, model, texts and calls. Lengths stand in the checkpoints, as the authors of real ones set them."""
    made: list[dict[str, Any]] = []

    def case(name: str, task: str, built: checkpoints.Built, *, texts: list[str] = AR[:7], **call: Any) -> None:
        path = built.folder / "generation_config.json"
        settings = json.loads(path.read_text("utf-8"))
        # 4.57 takes four beams whatever a checkpoint says, contrary to its documentation.
        checkpoints.write(path, {"max_length": 60, "num_beams": 4} | settings)
        calls = [c | call for c in CALLS]
        made.append({"name": name, "task": task, "model": str(built.folder), "texts": texts, "calls": calls})

    tags = (">>eng<<", ">>fra<<")
    case("marian", "translation", checkpoints.marian(folder / "marian"))
    case("marian, task with languages", "translation_ar_to_en", checkpoints.marian(folder / "marian2"))
    tagged = checkpoints.marian(folder / "tags", tags=tags)
    case("marian, tags in the texts", "translation", tagged, texts=[">>eng<< " + t for t in AR[:6]] + AR[6:8])
    case("marian, separate vocabularies", "translation", checkpoints.marian(folder / "separate", separate=True))
    case("m2m100", "translation", checkpoints.m2m100(folder / "m2m100"), src_lang="ar", tgt_lang="en")
    case("m2m100, task with languages", "translation_ar_to_en", checkpoints.m2m100(folder / "m2m100-task"))
    case("nllb", "translation", checkpoints.nllb(folder / "nllb"), **NLLB)
    case("mbart50", "translation", checkpoints.mbart(folder / "mbart50"), **MBART)
    spm = checkpoints.copy(checkpoints.mbart(folder / "both"), folder / "spm", without=("tokenizer.json",))
    case("mbart50, SentencePiece only", "translation", spm, **MBART)
    summarizer = checkpoints.mbart(folder / "mbart-sum")
    case("mbart50 summarizer", "summarization", summarizer)
    case("arabart", "summarization", checkpoints.arabart(folder / "arabart"))
    spm = checkpoints.copy(checkpoints.arabart(folder / "both2"), folder / "spm2", without=("tokenizer.json",))
    case("arabart, SentencePiece only", "summarization", spm)
    case("bart", "summarization", checkpoints.bart(folder / "bart", prefix=" "))
    case("pegasus", "summarization", checkpoints.pegasus(folder / "pegasus"))
    case("mt5", "summarization", checkpoints.t5(folder / "mt5"))
    case("mt5, as text2text", "text2text-generation", checkpoints.t5(folder / "mt5-t2t"), texts=[*AR[:4], LONG])
    params: dict[str, Any] = {
        "summarization": {"prefix": "summarize: ", "max_length": 25, "min_length": 4, "num_beams": 3},
        "translation_en_to_fr": {"prefix": "translate English to French: ", "num_beams": 2},
    }
    t5 = checkpoints.t5(folder / "t5", "t5", task_specific_params=params)
    case("t5, prefix of the task", "summarization", t5)
    case("t5, translation of a pair", "translation_en_to_fr", t5, texts=checkpoints.EN[:7])
    # SentencePiece and tokenizers spell bytes that are no UTF-8 in ways of their own; only random weights make those.
    madlad = checkpoints.copy(checkpoints.madlad(folder / "madlad"), folder / "json", without=("spiece.model",))
    case("madlad, tags in the texts", "translation", madlad, texts=tagged_texts())
    # Over the limit, both cut: transformers 4 because it was asked to.
    cut = checkpoints.bart(folder / "cut")
    settings = json.loads((cut.folder / "tokenizer_config.json").read_text("utf-8"))
    checkpoints.write(cut.folder / "tokenizer_config.json", settings | {"model_max_length": 64})
    case("bart, truncation", "summarization", cut, texts=[LONG, AR[0]], truncation=True)
    return made


def tagged_texts() -> list[str]:
    return ["<2en> " + text for text in AR[:5]]


def ours(case: dict[str, Any]) -> list[Any]:
    import torch

    from summ import pipeline

    torch.set_num_threads(1)
    pipe = pipeline(case["task"], model=case["model"], tokenizer=case["model"], device="cpu")
    return [pipe(case["texts"], **call) for call in case["calls"]]


def environment(folder: Path) -> Path:
    """A virtual environment with transformers 4."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    wanted = ["transformers<5", "torch==2.13.0", "sentencepiece", "protobuf"]
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", type=Path, help="an interpreter that has transformers<5")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = given.python or environment(folder / "venv")
        jobs = cases(folder / "checkpoints")
        done = subprocess.run([str(python), "-c", WORKER], input=json.dumps(jobs), capture_output=True, text=True)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            return 1
        theirs = json.loads(done.stdout)
        print(f"transformers {theirs['version']}")
        wrong = 0
        for job, expected in zip(jobs, theirs["cases"], strict=True):
            made = ours(job)
            pairs = [(a, b) for x, y in zip(made, expected, strict=True) for a, b in zip(x, y, strict=True)]
            bad = [(a, b) for a, b in pairs if a != b]
            wrong += len(bad)
            print(f"{job['name']:<32} {len(pairs) - len(bad)} of {len(pairs)} texts the same")
            for a, b in bad[:3]:
                print(f"    summ         {a}\n    transformers {b}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
