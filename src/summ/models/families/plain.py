"""Any other encoder-decoder of transformers (LED, LongT5, BERT2BERT …), by its own tokenizer and settings alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...engines.torch import quiet
from ...errors import ModelError
from ..tokens import Tokens
from .base import Frame, HubFamily


class Plain(HubFamily):
    """The tokenizer's own template stands around the source; language codes are unknown to it."""

    name = "plain"

    def _read_tokens(self) -> Tokens:
        from transformers import AutoTokenizer

        try:
            with quiet():
                tokenizer = AutoTokenizer.from_pretrained(
                    self.checkpoint.folder, local_files_only=True, trust_remote_code=False
                )
        except Exception as error:  # whatever a tokenizer class raises for files it cannot use
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ModelError(f"{self.checkpoint.name}: no readable tokenizer: {reason}") from None
        return AutoTokens(tokenizer)

    def _make_frame(self) -> Frame:
        return Frame(begin=(self.start, *self.forced), prefix=self.prefix)

    def setting(self, key: str) -> Any:
        # An encoder-decoder of two models (BERT2BERT) keeps its sizes in their parts; LED and LongT5 have own names.
        places = [self.checkpoint.config, *(self.checkpoint.config.get(part) or {} for part in ("encoder", "decoder"))]
        names = [key, *OTHER_NAMES.get(key, ())]
        return next((place[name] for name in names for place in places if place.get(name) is not None), None)


OTHER_NAMES = {"max_position_embeddings": ("max_encoder_position_embeddings", "n_positions")}


class AutoTokens:
    """A transformers tokenizer, its special tokens included."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        return [list(ids) for ids in self._tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]]

    def decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def id(self, token: str) -> int | None:
        found = self._tokenizer.get_vocab().get(token)
        return None if found is None else int(found)

    def names(self) -> Mapping[str, int]:
        return dict(self._tokenizer.get_vocab())
