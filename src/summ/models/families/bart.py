"""BART: source ``<s>``, byte-level pieces, ``</s>``; the decoder starts from ``</s>``, often forced to ``<s>``.

https://huggingface.co/docs/transformers/model_doc/bart
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..tokens import JsonTokens, Tokens
from .base import Frame, HubFamily


class Bart(HubFamily):
    """Folder: ``tokenizer.json``, or ``vocab.json`` and ``merges.txt``."""

    name = "bart"
    defaults_of_config: ClassVar[Mapping[str, Any]] = {
        "vocab_size": 50265,
        "max_position_embeddings": 1024,
        "decoder_start_token_id": 2,
        "bos_token_id": 0,
        "eos_token_id": 2,
    }

    def _read_tokens(self) -> Tokens:
        folder = self.checkpoint.folder
        if (folder / "tokenizer.json").is_file() or not (folder / "merges.txt").is_file():
            return super()._read_tokens()
        from tokenizers import ByteLevelBPETokenizer, Tokenizer

        made = ByteLevelBPETokenizer.from_file(str(folder / "vocab.json"), str(folder / "merges.txt"))
        tokenizer = Tokenizer.from_str(made.to_str())
        tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
        return JsonTokens(tokenizer)

    def _make_frame(self) -> Frame:
        return Frame((self.token("<s>"),), (self.token("</s>"),), (self.start, *self.forced), self.prefix)
