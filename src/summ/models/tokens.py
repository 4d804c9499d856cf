"""Texts to token ids and back, straight from the files that a checkpoint's authors shipped.

``tokenizer.json`` is read by the tokenizers library, SentencePiece models by SentencePiece itself. transformers would
do both, but version 5 rebuilds tokenizers from parts of their files, and of folders with a SentencePiece model only it
makes wrong ids: languages of NLLB one off, Barthez without its special tokens, byte pieces of MADLAD lost, white space
at the end of mBART-50 and NLLB (each seen with 5.24). Special tokens are the families' affair; those that an article
happens to contain (``</s>``) are text here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from ..errors import ModelError


class Tokens(Protocol):
    """A vocabulary and how text is cut into it."""

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text, without special tokens. Nothing is truncated."""
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids; special tokens and the unknown token are left out."""
        ...

    def id(self, token: str) -> int | None:
        """The id of a token, None if there is no such token."""
        ...

    def names(self) -> Mapping[str, int]:
        """Every token and its id."""
        ...


class JsonTokens:
    """``tokenizer.json``.

    Args:
        tokenizer: a ``tokenizers.Tokenizer``; its truncation and padding are switched off.
        special: True to read special tokens in a text as such.
    """

    def __init__(self, tokenizer: Any, *, special: bool = False) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = not special
        self._tokenizer = tokenizer
        added = tokenizer.get_added_tokens_decoder()
        # A Unigram model finds special tokens in a text all the same, as pieces of its vocabulary.
        self._specials = frozenset() if special else frozenset(i for i, token in added.items() if token.special)
        self._unknown = tokenizer.token_to_id("<unk>")

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        found = (e.ids for e in self._tokenizer.encode_batch(list(texts), add_special_tokens=False))
        return [[self._unknown if i in self._specials else i for i in ids] for ids in found]

    def decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))

    def id(self, token: str) -> int | None:
        found = self._tokenizer.token_to_id(token)
        return None if found is None else int(found)

    def names(self) -> Mapping[str, int]:
        return dict(self._tokenizer.get_vocab(with_added_tokens=True))


class SentencePieceTokens:
    """A SentencePiece model whose pieces have other ids in the checkpoint than in their own file.

    Args:
        source: the SentencePiece model that cuts source texts.
        names: the checkpoint's id of every token.
        unknown: the token for pieces that are not in ``names``.
        specials: tokens that no text can hold and that ``decode`` leaves out.
        target: the model that puts target texts together; ``source`` if None.
        targets: the id of every token of target texts; ``names`` if None.
    """

    def __init__(
        self,
        source: Any,
        names: Mapping[str, int],
        unknown: str,
        specials: Iterable[str],
        *,
        target: Any = None,
        targets: Mapping[str, int] | None = None,
    ) -> None:
        self._source, self._target = source, target or source
        self._names, self._unknown = dict(names), names[unknown]
        closed = {unknown, *specials}
        # Looked up by name, not by SentencePiece's own id: a piece that the source's model does not know may be known
        # to a vocabulary of both languages.
        self._open = {token: i for token, i in names.items() if token not in closed}
        self._pieces = {i: token for token, i in (targets or names).items() if token not in closed}

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        cut = self._source.encode(list(texts), out_type=str)
        return [[self._open.get(piece, self._unknown) for piece in pieces] for pieces in cut]

    def decode(self, ids: Sequence[int]) -> str:
        pieces = [self._pieces[i] for i in ids if i in self._pieces]
        # Pieces that the target's model does not know keep their mark of a space.
        return str(self._target.decode_pieces(pieces)).replace("▁", " ") if pieces else ""

    def id(self, token: str) -> int | None:
        return self._names.get(token)

    def names(self) -> Mapping[str, int]:
        return self._names


def sentencepiece_model(path: Path, name: str) -> Any:
    """Load a SentencePiece model.

    Raises:
        ModelError: when the file is missing or no such model.
    """
    import sentencepiece

    if not path.is_file():
        raise ModelError(f"{name}: {path.name} is missing")
    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (RuntimeError, OSError):
        raise ModelError(f"{name}: {path.name} is no SentencePiece model (was the download cut short?)") from None


def json_tokens(path: Path, name: str, *, special: bool = False) -> JsonTokens:
    """Load ``tokenizer.json``.

    Raises:
        ModelError: when the tokenizers library cannot read it.
    """
    from tokenizers import Tokenizer

    try:
        return JsonTokens(Tokenizer.from_file(str(path)), special=special)
    except Exception as error:  # the library raises bare Exception
        raise ModelError(f"{name}: {path.name} is not readable: {str(error).splitlines()[0]}") from None
