"""A run's averaged weights in CTranslate2's format, and translation with them through summ, as a user would."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))


def convert(run: Path, vocabulary: Path, out: Path) -> dict[str, Any]:
    """Write ``run``'s averaged weights to ``out`` in int8. Returns what the checkpoint says of shape and progress."""
    import sentencepiece
    import torch
    from ctranslate2.converters.transformers import M2M100Loader
    from transformers import M2M100ForConditionalGeneration

    from model import shape

    checkpoint = torch.load(run / "checkpoint.pt", map_location="cpu")
    model = M2M100ForConditionalGeneration(shape(**checkpoint["shape"]))
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(checkpoint["average"][name])
    spm = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    pieces = [spm.id_to_piece(i) for i in range(spm.get_piece_size())]
    spec = M2M100Loader().get_model_spec(model.eval())
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    for key in ("bos_token", "eos_token", "decoder_start_token"):
        setattr(spec.config, key, "</s>")
    spec.config.unk_token = "<unk>"
    spec.config.add_source_eos = False
    spec.validate()
    spec.optimize(quantization="int8")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    spec.save(str(out))
    shutil.copy(vocabulary, out / "sentencepiece.model")
    return {"shape": checkpoint["shape"], "progress": checkpoint["progress"]}


def translate(folder: Path, texts: Sequence[str], beam_size: int) -> list[str]:
    """Translations of ``texts`` by the converted weights in ``folder``, in order, second tries included."""
    from summ.engines.ctranslate2 import CTranslate2Engine
    from summ.models.builtin import END, Builtin
    from summ.models.careful import generate_carefully
    from summ.models.seq2seq import Seq2SeqModel

    family = Builtin(folder)
    model = Seq2SeqModel(
        family, CTranslate2Engine(folder, family.vocabulary, [END], device="cpu", dtype="int8_float32"), name="builtin"
    )
    return [made.generated.text for made in generate_carefully(model, list(texts), beam_size=beam_size)]


def scores(hypotheses: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
    """sacrebleu's BLEU and chrF in percent, and their signatures."""
    import sacrebleu

    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    found: dict[str, Any] = {
        "BLEU": round(bleu.corpus_score(hypotheses, [references]).score, 2),
        "chrF": round(chrf.corpus_score(hypotheses, [references]).score, 2),
    }
    return found | {"signatures": [str(bleu.get_signature()), str(chrf.get_signature())]}
