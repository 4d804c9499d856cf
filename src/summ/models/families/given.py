"""A transformers model and tokenizer that a caller has loaded already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import ModelError
from ..checkpoint import Checkpoint
from .base import Frame, Wanted
from .plain import AutoTokens, Plain


class Given(Plain):
    """The tokenizer's own ids; languages as it names them.

    Args:
        model, tokenizer: objects of transformers.

    Raises:
        ModelError: for a model that is no encoder-decoder, or a language that the tokenizer lacks.
    """

    name = "given"

    def __init__(self, model: Any, tokenizer: Any, wanted: Wanted) -> None:
        name = str(getattr(model, "name_or_path", "") or type(model).__name__)
        if not getattr(model.config, "is_encoder_decoder", False):
            raise ModelError(f"{name}: {type(model).__name__} is no encoder-decoder model; give a seq2seq model")
        self._given = tokenizer
        limit = {"model_max_length": tokenizer.model_max_length}
        config, generation = model.config.to_dict(), model.generation_config.to_dict()
        super().__init__(Checkpoint(Path(name), name, None, config, generation, limit), wanted)

    def _read_tokens(self) -> AutoTokens:
        return AutoTokens(self._given)

    def _make_frame(self) -> Frame:
        wanted = self.wanted
        if wanted.source_language and hasattr(self._given, "src_lang"):
            self._language(wanted.source_language)
            self._given.src_lang = wanted.source_language
        forced = self.forced
        if wanted.target_language and hasattr(self._given, "_build_translation_inputs"):
            forced = (self._language(wanted.target_language),)
        return Frame(begin=(self.start, *forced), prefix=self.prefix)

    def _language(self, code: str) -> int:
        vocabulary = self.tokens.names()
        for token in (code, f"__{code}__"):
            if token in vocabulary:
                return vocabulary[token]
        raise ModelError(f"{self.checkpoint.name}: knows no language {code!r}; give the tokenizer's own code")
