"""NLLB-200. Source: ``arb_Arab``, pieces, ``</s>``; the decoder starts from ``</s>`` and is forced to ``eng_Latn``.

https://huggingface.co/docs/transformers/model_doc/nllb. Checkpoints of before April 2023 may ask for the language
behind the text instead (``legacy_behaviour``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from .. import languages
from ..tokens import Tokens
from .base import Frame, HubFamily
from .fairseq import fairseq_tokens

CODE = re.compile("[a-z]{3}_[A-Z][a-z]{3}")
# Where one ISO 639-1 language has several scripts, the one that most texts are in.
PREFERRED = frozenset({"zho_Hans", "kas_Arab", "knc_Latn"})


class Nllb(HubFamily):
    """Folder: ``tokenizer.json`` or ``sentencepiece.bpe.model``, or both."""

    name = "nllb"
    defaults_of_config: ClassVar[Mapping[str, Any]] = {
        "vocab_size": 128112,
        "max_position_embeddings": 1024,
        "decoder_start_token_id": 2,
        "eos_token_id": 2,
    }

    def _read_tokens(self) -> Tokens:
        from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

        return fairseq_tokens(self.checkpoint, FAIRSEQ_LANGUAGE_CODES)

    def _make_frame(self) -> Frame:
        source = self._language(self.wanted.source_language or self.checkpoint.tokenizer.get("src_lang") or "eng_Latn")
        target, end = self.wanted.target_language, self.token("</s>")
        begin = (self.start, *((self._language(target),) if target else self.forced))
        if self.checkpoint.tokenizer.get("legacy_behaviour"):
            return Frame((), (end, source), begin)
        return Frame((source,), (end,), begin)

    def _language(self, language: str) -> int:
        codes = {token: token[:3] for token in self.tokens.names() if CODE.fullmatch(token)}
        return self.token(languages.choose(language, codes, where=self.checkpoint.name, preferred=PREFERRED))
