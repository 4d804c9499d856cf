"""M2M100. Source: ``__ar__``, pieces, ``</s>``; the decoder starts from ``</s>`` and is forced to ``__en__``.

https://huggingface.co/docs/transformers/model_doc/m2m_100
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from ...errors import ModelError
from .. import languages
from ..checkpoint import read_json
from ..tokens import SentencePieceTokens, Tokens, sentencepiece_model
from .base import Frame, HubFamily

TAG = re.compile("__([a-z]+)__")


class M2M100(HubFamily):
    """Folder: ``sentencepiece.bpe.model`` and ``vocab.json``; the language tokens follow the vocabulary."""

    name = "m2m100"
    defaults_of_config: ClassVar[Mapping[str, Any]] = {
        "vocab_size": 128112,
        "max_position_embeddings": 1024,
        "decoder_start_token_id": 2,
        "eos_token_id": 2,
    }

    def _read_tokens(self) -> Tokens:
        from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

        name, folder = self.checkpoint.name, self.checkpoint.folder
        ids: dict[str, int] = read_json(folder / "vocab.json", name)
        if not {"<s>", "<pad>", "</s>", "<unk>"} <= ids.keys():
            raise ModelError(f"{name}: vocab.json is missing or lacks <s>, <pad>, </s> or <unk>")
        kind = self.checkpoint.tokenizer.get("language_codes") or "m2m100"
        tags = {f"__{code}__": len(ids) + i for i, code in enumerate(FAIRSEQ_LANGUAGE_CODES.get(kind, ()))}
        names = tags | ids | self.checkpoint.added_tokens()
        model = sentencepiece_model(folder / "sentencepiece.bpe.model", name)
        return SentencePieceTokens(model, names, "<unk>", ("<s>", "<pad>", "</s>", *tags))

    def _make_frame(self) -> Frame:
        source = self._language(self.wanted.source_language or self.checkpoint.tokenizer.get("src_lang") or "en")
        target = self.wanted.target_language
        begin = (self.start, *((self._language(target),) if target else self.forced))
        return Frame((source,), (self.token("</s>"),), begin)

    def _language(self, language: str) -> int:
        codes = {m[1]: m[1] for token in self.tokens.names() if (m := TAG.fullmatch(token))}
        return self.token(f"__{languages.choose(language.strip('_'), codes, where=self.checkpoint.name)}__")
