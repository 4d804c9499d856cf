"""What fairseq's SentencePiece checkpoints share: NLLB, mBART and mBART-50.

Their ids are those of the SentencePiece model plus one, since fairseq puts ``<s> <pad> </s> <unk>`` first; the language
tokens follow the pieces, then ``<mask>``.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..checkpoint import Checkpoint
from ..tokens import SentencePieceTokens, Tokens, json_tokens, sentencepiece_model

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
MODEL_FILE = "sentencepiece.bpe.model"


def fairseq_tokens(checkpoint: Checkpoint, languages: Sequence[str]) -> Tokens:
    """The tokens of a checkpoint, from ``tokenizer.json`` or else its SentencePiece model.

    Args:
        languages: language tokens in the order of the checkpoint's embeddings.

    Raises:
        ModelError: when neither file is there or readable.
    """
    path = checkpoint.folder / "tokenizer.json"
    if path.is_file():
        return json_tokens(path, checkpoint.name)
    model = sentencepiece_model(checkpoint.folder / MODEL_FILE, checkpoint.name)
    size = model.get_piece_size()
    names = {token: i for i, token in enumerate(SPECIALS)}
    names |= {model.id_to_piece(i): i + 1 for i in range(3, size)}
    names |= {token: size + 1 + i for i, token in enumerate([*languages, "<mask>"])}
    names |= checkpoint.added_tokens()
    return SentencePieceTokens(model, names, "<unk>", (*SPECIALS, "<mask>", *languages))
