"""PEGASUS: source pieces and ``</s>``; the decoder starts from ``<pad>``.

https://huggingface.co/docs/transformers/model_doc/pegasus
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..tokens import SentencePieceTokens, Tokens, json_tokens, sentencepiece_model
from .base import Frame, HubFamily


class Pegasus(HubFamily):
    """Folder: ``tokenizer.json`` or ``spiece.model``, or both.

    The SentencePiece model holds ``<pad>``, ``</s>`` and ``<unk>`` first; in the checkpoint the tokens of pretraining
    stand after ``</s>``, so that every other piece is ``offset`` further up.
    """

    name = "pegasus"
    defaults_of_config: ClassVar[Mapping[str, Any]] = {
        "vocab_size": 50265,
        "max_position_embeddings": 1024,
        "decoder_start_token_id": 0,
        "eos_token_id": 1,
    }

    def _read_tokens(self) -> Tokens:
        checkpoint = self.checkpoint
        path = checkpoint.folder / "tokenizer.json"
        if path.is_file():
            return json_tokens(path, checkpoint.name)
        model = sentencepiece_model(checkpoint.folder / "spiece.model", checkpoint.name)
        offset = int(checkpoint.tokenizer.get("offset", 103))
        names = {model.id_to_piece(i): i + (offset if i > 1 else 0) for i in range(model.get_piece_size())}
        pretraining = ["<mask_1>", "<mask_2>", *(f"<unk_{i}>" for i in range(2, offset))]
        names |= {token: i for i, token in enumerate(pretraining[:offset], start=2)} | checkpoint.added_tokens()
        return SentencePieceTokens(model, names, "<unk>", ("<pad>", "</s>", *pretraining))

    def _make_frame(self) -> Frame:
        return Frame((), (self.token("</s>"),), (self.start, *self.forced), self.prefix)
