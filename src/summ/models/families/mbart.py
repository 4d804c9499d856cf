"""mBART and what has its architecture.

- mBART-50: source ``ar_AR``, pieces, ``</s>``; the decoder starts from ``</s>`` and is forced to ``en_XX``
  (https://huggingface.co/docs/transformers/model_doc/mbart#mbart-50).
- mBART of 25 languages: source pieces, ``</s>``, ``ar_AR``; the decoder starts from the target's language token
  (https://huggingface.co/docs/transformers/model_doc/mbart).
- AraBART and BARThez: ``<s>``, pieces, ``</s>`` and no languages
  (https://huggingface.co/docs/transformers/model_doc/barthez).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from ...errors import ModelError
from .. import languages
from ..tokens import SentencePieceTokens, Tokens, json_tokens, sentencepiece_model
from .base import Frame, HubFamily
from .fairseq import MODEL_FILE, SPECIALS, fairseq_tokens

CODE = re.compile("[a-z]{2}_[A-Z]{2}")


class MBart(HubFamily):
    """mBART of 25 languages. Folder: ``tokenizer.json`` or ``sentencepiece.bpe.model``, or both."""

    name = "mbart"
    start_is_language = True
    defaults_of_config: ClassVar[Mapping[str, Any]] = {
        "vocab_size": 50265,
        "max_position_embeddings": 1024,
        "bos_token_id": 0,
        "eos_token_id": 2,
    }

    def _read_tokens(self) -> Tokens:
        from transformers.models.mbart.tokenization_mbart import FAIRSEQ_LANGUAGE_CODES

        return fairseq_tokens(self.checkpoint, FAIRSEQ_LANGUAGE_CODES)

    def _make_frame(self) -> Frame:
        target = self.wanted.target_language
        begin = (self._language(target),) if target else (self.start, *self.forced)
        return Frame((), (self.token("</s>"), self._source()), begin)

    def _source(self) -> int:
        own = self.checkpoint.tokenizer.get("src_lang") or "en_XX"
        return self._language(self.wanted.source_language or str(own))

    def _language(self, language: str) -> int:
        codes = {token: token[:2] for token in self.tokens.names() if CODE.fullmatch(token)}
        return self.token(languages.choose(language, codes, where=self.checkpoint.name))


class MBart50(MBart):
    """mBART-50. Folder: as mBART's."""

    name = "mbart50"
    start_is_language = False

    def _read_tokens(self) -> Tokens:
        from transformers.models.mbart50.tokenization_mbart50 import FAIRSEQ_LANGUAGE_CODES

        return fairseq_tokens(self.checkpoint, FAIRSEQ_LANGUAGE_CODES)

    def _make_frame(self) -> Frame:
        target = self.wanted.target_language
        forced = (self._language(target),) if target else self.forced
        return Frame((self._source(),), (self.token("</s>"),), (self.start, *forced))


class AraBart(HubFamily):
    """AraBART. Folder: as mBART's, in Barthez's layout: no languages."""

    name = "arabart"
    defaults_of_config = MBart.defaults_of_config

    def _read_tokens(self) -> Tokens:
        path = self.checkpoint.folder / "tokenizer.json"
        if path.is_file():
            return json_tokens(path, self.checkpoint.name)
        model = sentencepiece_model(self.checkpoint.folder / MODEL_FILE, self.checkpoint.name)
        names = {model.id_to_piece(i): i for i in range(model.get_piece_size())}
        if [names.get(token) for token in SPECIALS] != [0, 1, 2, 3]:
            raise ModelError(f"{self.checkpoint.name}: {MODEL_FILE} does not begin with {' '.join(SPECIALS)}")
        names |= self.checkpoint.added_tokens()
        return SentencePieceTokens(model, names, "<unk>", (*SPECIALS, "<mask>"))

    def _make_frame(self) -> Frame:
        return Frame((self.token("<s>"),), (self.token("</s>"),), (self.start, *self.forced), self.prefix)
