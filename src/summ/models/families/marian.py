"""Marian: the opus-mt models of Helsinki-NLP. Source: pieces and ``</s>``; the decoder starts from ``<pad>``.

Models with several target languages want ``>>eng<<`` before the source
(https://huggingface.co/docs/transformers/model_doc/marian).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...engines.base import DecodeOptions, Piece
from ...errors import GenerationError, ModelError
from .base import target_limit


class Marian:
    """Family of a Marian checkpoint folder.

    Args:
        folder: checkpoint in the hub's layout (``source.spm``, ``target.spm``, ``vocab.json``, ``config.json``).
        config: the checkpoint's transformers configuration.
        target_language: ISO 639-1 or -3 code, for checkpoints with language tokens.

    Raises:
        ModelError: when the tokenizer cannot be read or lacks the target language.
    """

    name = "marian"
    sentence_level = True

    def __init__(self, folder: Path, config: Any, *, target_language: str = "en") -> None:
        from transformers import MarianTokenizer

        try:
            with warnings.catch_warnings():
                # Punctuation normalisation by sacremoses is a recommendation; CTranslate2 and Marian itself do without.
                warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
                self._tokenizer: Any = MarianTokenizer.from_pretrained(folder, local_files_only=True)
        except (OSError, TypeError, AssertionError, KeyError) as error:
            raise ModelError(f"{folder}: no Marian tokenizer (source.spm, target.spm, vocab.json): {error}") from None
        self._config = config
        self._tag = self._language_tag(target_language, folder)
        self.limit = min(int(config.max_position_embeddings), int(self._tokenizer.model_max_length))
        self.defaults = DecodeOptions(beam_size=int(getattr(config, "num_beams", None) or 4))
        encoder: dict[str, int] = self._tokenizer.get_vocab()
        by_id = {i: token for token, i in encoder.items()}
        self.vocabulary = [by_id.get(i, f"<unused{i}>") for i in range(int(config.vocab_size))]

    def _language_tag(self, language: str, folder: Path) -> str:
        known = list(self._tokenizer.supported_language_codes)
        if not known:
            return ""
        wanted = {"en": "eng", "ar": "ara", "fr": "fra"}.get(language, language)
        if f">>{wanted}<<" in known:
            return f">>{wanted}<< "
        raise ModelError(f"{folder}: cannot translate into {language!r}; this checkpoint knows {', '.join(known[:12])}")

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in self._ids(texts)]

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        return list(self._tokenizer([self._tag + text for text in texts], truncation=False, verbose=False)["input_ids"])

    def encode(self, texts: Sequence[str], options: DecodeOptions) -> list[Piece]:
        pieces = []
        for ids in self._ids(texts):
            if len(ids) > self.limit:
                raise GenerationError(
                    f"a source of {len(ids)} tokens is over this model's {self.limit}; split it first"
                )
            limit = target_limit(len(ids), options, self.limit)
            pieces.append(Piece(tuple(ids), (int(self._config.decoder_start_token_id),), limit))
        return pieces

    def decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True, use_source_tokenizer=False)).strip()
