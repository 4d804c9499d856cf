"""The built-in Arabic to English translator: SentencePiece and CTranslate2 int8, no network, no torch.

Its weights, vocabulary and card lie in this folder; ``training/`` made them. A source is written in ``source_form``,
which only the model sees, followed by ``</s>``; the decoder starts from ``</s>``. No language tokens.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...engines.base import DecodeOptions, Piece
from ...errors import GenerationError, ModelError
from ..families.base import target_limit

FOLDER = Path(__file__).parent
END, PAD, UNKNOWN = 0, 1, 2

_UNSEEN = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SOURCE = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٪٫أإآٱى", "01234567890123456789%.ااااي")


def source_form(text: str) -> str:
    """The spelling in which the model reads Arabic.

    NFKC; diacritics, tatweel, bidi and zero-width marks dropped; digits made ASCII; alef and ya variants folded, since
    news spells them loosely; white space folded.
    """
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_SOURCE).split())


def card() -> dict[str, Any]:
    """What is known of the weights: data, licences, size, measured scores, known failings."""
    return dict(json.loads((FOLDER / "card.json").read_text("utf-8")))


class Builtin:
    """Family of the built-in translator.

    Raises:
        ModelError: when the weights are missing from the installation.
    """

    name = "builtin"
    sentence_level = True
    limit = 256

    def __init__(self, folder: Path = FOLDER) -> None:
        import sentencepiece

        path = folder / "sentencepiece.model"
        if not path.is_file() or not (folder / "model.bin").is_file():
            raise ModelError(f"the built-in weights are missing from {folder}; install summ again")
        self._spm = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self.vocabulary = [self._spm.id_to_piece(i) for i in range(self._spm.get_piece_size())]
        # No n-gram is forbidden: that gains nothing over the second try that loops get, and the model evades it in
        # numbers, which then differ from the source's (training/RUNS.md, guards).
        self.defaults = DecodeOptions(beam_size=4)

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) + 1 for ids in self._spm.encode([source_form(t) for t in texts])]

    def encode(self, texts: Sequence[str], options: DecodeOptions) -> list[Piece]:
        pieces = []
        for ids in self._spm.encode([source_form(t) for t in texts]):
            if len(ids) + 1 > self.limit:
                raise GenerationError(
                    f"a source of {len(ids) + 1} tokens is over this model's {self.limit}; split it first"
                )
            pieces.append(Piece((*ids, END), (END,), target_limit(len(ids) + 1, options, self.limit)))
        return pieces

    def decode(self, ids: Sequence[int]) -> str:
        return str(self._spm.decode([i for i in ids if i not in (END, PAD, UNKNOWN)])).strip()
