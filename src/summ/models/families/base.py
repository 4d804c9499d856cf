"""A family knows how one kind of checkpoint wants its source written and its target begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, Protocol

from ...engines.base import DecodeOptions, Piece
from ...errors import GenerationError, ModelError
from ..checkpoint import Checkpoint
from ..tokens import Tokens, json_tokens

Task = Literal["translation", "summarization"]

LIMIT_STEP = 64
SUMMARY_LIMIT = 256  # most target tokens of a summary where neither checkpoint nor user says: about ten sentences


class Family(Protocol):
    """Texts to pieces and ids back to text, for one checkpoint and one pair of languages."""

    @property
    def name(self) -> str: ...

    @property
    def limit(self) -> int:
        """The most source tokens of one piece, special tokens included."""
        ...

    @property
    def sentence_level(self) -> bool:
        """True for models trained on single sentences: each sentence is then a chunk of its own."""
        ...

    @property
    def defaults(self) -> DecodeOptions:
        """What the checkpoint's authors recommend."""
        ...

    @property
    def vocabulary(self) -> Sequence[str]:
        """The token of each id, as CTranslate2's vocabulary file has it."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Source tokens of each text, special tokens included. Nothing is truncated."""
        ...

    def encode(self, texts: Sequence[str], options: DecodeOptions) -> list[Piece]:
        """One piece a text.

        Raises:
            GenerationError: for a text of more tokens than ``limit``.
        """
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """The text of target ids, special tokens left out."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a checkpoint is loaded for.

    Attributes:
        source_language, target_language: ISO 639-1 codes or the checkpoint's own; None for what the checkpoint's files
            say, with no word of languages added where they say nothing.
        task: it decides the chunks and the length of the target.
        prefix: words before the source; None for what the checkpoint's config says.
        max_source_tokens: a source limit, special tokens included, instead of the checkpoint's own; never above the
            positions that a model has a table of.
    """

    source_language: str | None = "ar"
    target_language: str | None = "en"
    task: Task = "translation"
    prefix: str | None = None
    max_source_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The fixed ids around a source and at the start of a target.

    Attributes:
        before, after: ids around the source's own.
        begin: the decoder's first ids: start token, then any forced token.
        prefix: text before the source.
    """

    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    begin: tuple[int, ...] = ()
    prefix: str = ""


class HubFamily:
    """What the families of hub checkpoints share. A subclass says how tokens are read and what its frame is.

    Args:
        checkpoint: files of the checkpoint.
        wanted: languages and task.

    Raises:
        ModelError: when files are missing or the checkpoint lacks a language.
    """

    name: ClassVar[str]
    defaults_of_config: ClassVar[Mapping[str, Any]] = {}
    """Values of transformers' configuration class, which a saved config.json leaves out."""
    positions: ClassVar[bool] = True
    """True where decoder positions are a table, so that a longer target is impossible."""
    start_is_language: bool = False
    """True where the decoder's start token is the target's language."""

    def __init__(self, checkpoint: Checkpoint, wanted: Wanted) -> None:
        self.checkpoint, self.wanted = checkpoint, wanted
        self.tokens = self._read_tokens()
        self._frame = self._make_frame()
        self.sentence_level = wanted.task == "translation"
        self.limit = min(self._source_limits())
        self.defaults = self._defaults()

    # What subclasses say.

    def _read_tokens(self) -> Tokens:
        return json_tokens(self.checkpoint.folder / "tokenizer.json", self.checkpoint.name)

    def _make_frame(self) -> Frame:
        raise NotImplementedError

    # What they share.

    def setting(self, key: str) -> Any:
        """A value of config.json, or the default of the configuration class."""
        value = self.checkpoint.config.get(key)
        return self.defaults_of_config.get(key) if value is None else value

    def generation(self, key: str) -> Any:
        """A value of the generation settings, or the default of the configuration class."""
        value = self.checkpoint.generation.get(key)
        return self.defaults_of_config.get(key) if value is None else value

    def token(self, token: str) -> int:
        """The id of a token that must exist."""
        found = self.tokens.id(token)
        if found is None:
            raise ModelError(f"{self.checkpoint.name}: the vocabulary has no {token}")
        return found

    @property
    def start(self) -> int:
        """The decoder's start token, found as transformers finds it."""
        start = self.generation("decoder_start_token_id")
        start = self.generation("bos_token_id") if start is None else start
        if isinstance(start, list):
            start = start[0]
        if start is None:
            raise ModelError(f"{self.checkpoint.name}: its config files say no decoder_start_token_id")
        return int(start)

    @property
    def forced(self) -> tuple[int, ...]:
        """The token that the checkpoint's own settings force after the start token."""
        forced = self.generation("forced_bos_token_id")
        return () if forced is None else (int(forced),)

    @property
    def prefix(self) -> str:
        """Words before the source: the caller's, else the task's in config.json, else the checkpoint's."""
        if self.wanted.prefix is not None:
            return self.wanted.prefix
        return str(self.checkpoint.for_task(self._task_key).get("prefix") or self.checkpoint.config.get("prefix") or "")

    @property
    def _task_key(self) -> str:
        if self.wanted.task == "translation":
            return f"translation_{self.wanted.source_language}_to_{self.wanted.target_language}"
        return self.wanted.task

    @property
    def vocabulary(self) -> Sequence[str]:
        return self._by_id(self.tokens.names(), self.setting("vocab_size"))

    @staticmethod
    def _by_id(names: Mapping[str, int], size: Any) -> list[str]:
        by_id = {i: token for token, i in names.items()}
        # The embeddings may be longer than the vocabulary, for the sake of a round number.
        return [by_id.get(i, f"<unused{i}>") for i in range(int(size or max(by_id) + 1))]

    @property
    def target_vocabulary(self) -> Sequence[str]:
        """The token of each target id, where the target has a vocabulary of its own; else ``vocabulary``."""
        return self.vocabulary

    @property
    def begin(self) -> tuple[int, ...]:
        """The decoder's first ids."""
        return self._frame.begin

    @property
    def ends(self) -> tuple[int, ...]:
        """The ids that end a target."""
        found = self.generation("eos_token_id")
        if found is None:
            raise ModelError(f"{self.checkpoint.name}: its config files say no eos_token_id")
        return tuple(found) if isinstance(found, list) else (int(found),)

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in self.sources(texts)]

    def encode(self, texts: Sequence[str], options: DecodeOptions) -> list[Piece]:
        pieces = []
        for ids in self.sources(texts):
            if len(ids) > self.limit:
                raise GenerationError(
                    f"a source of {len(ids)} tokens is over this model's {self.limit}; split it first"
                )
            pieces.append(Piece(ids, self._frame.begin, self._target_limit(len(ids), options)))
        return pieces

    def cut(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """Source ids cut to ``limit``, the special tokens behind them kept; done only where a caller asks for it."""
        if len(ids) <= self.limit:
            return ids
        after = self._frame.after
        return (*ids[: self.limit - len(after)], *after)

    def decode(self, ids: Sequence[int]) -> str:
        return self.tokens.decode(ids)

    def sources(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """Source ids of each text, special tokens included, however many."""
        frame = self._frame
        found = self.tokens.encode([frame.prefix + text for text in texts])
        return [(*frame.before, *ids, *frame.after) for ids in found]

    def _source_limits(self) -> list[int]:
        wanted = self.wanted.max_source_tokens
        if wanted and not self.positions:
            return [wanted]  # T5's n_positions is what somebody trained with, not what the model can read
        known = (
            self.setting("max_position_embeddings") if self.positions else self.setting("n_positions"),
            self.checkpoint.tokenizer.get("model_max_length"),
            wanted,
        )
        # Tokenizers without a limit write 10**30.
        return [int(k) for k in known if isinstance(k, int | float) and 8 <= k <= 1_000_000] or [512]

    def _target_limit(self, source_tokens: int, options: DecodeOptions) -> int:
        table = self.setting("max_position_embeddings") if self.positions else None
        most = int(table or 4096) - len(self._frame.begin)
        if self.wanted.task == "summarization" and options.max_new_tokens is None:
            return min(target_limit(source_tokens, options, most), SUMMARY_LIMIT)
        return target_limit(source_tokens, options, most)

    def _defaults(self) -> DecodeOptions:
        settings = {**self.checkpoint.generation, **self.checkpoint.for_task(self._task_key)}
        return decode_options(settings, begun=len(self._frame.begin), lengths=self.wanted.task == "summarization")


def decode_options(settings: Mapping[str, Any], *, begun: int, lengths: bool) -> DecodeOptions:
    """Decode options out of transformers' generation settings; what they leave open keeps DecodeOptions' own default.

    Args:
        begun: decoder tokens that are given: they count in max_length and min_length, not in max_new_tokens.
        lengths: also take the lengths. A summary has the length its authors chose; a translation that of its source,
            however long (the lengths in translation checkpoints cut it off).
    """
    names = {"num_beams": "beam_size"} | {f.name: f.name for f in fields(DecodeOptions)}
    lengths_of = ("max_new_tokens", "min_new_tokens")
    found = {names[k]: v for k, v in settings.items() if k in names and k not in lengths_of and v is not None}
    if lengths:
        # 20 is what transformers writes where nobody chose a length.
        most = settings.get("max_new_tokens") or _after(settings.get("max_length"), begun, nobody=20)
        least = settings.get("min_new_tokens") or _after(settings.get("min_length"), begun, nobody=0)
        found |= {"max_new_tokens": most} if most else {}
        found |= {"min_new_tokens": least} if least else {}
    return DecodeOptions(**found)


def _after(length: Any, begun: int, *, nobody: int) -> int | None:
    return None if length is None or length == nobody else max(0, int(length) - begun) or None


def target_limit(source_tokens: int, options: DecodeOptions, most: int) -> int:
    """New target tokens allowed for a source: twice its length plus 32, in steps of 64, unless the options say.

    A function of the source alone, so that batching cannot change an output; in steps, so that sources of about the
    same length can share a batch.

    Args:
        source_tokens: length of the source in tokens.
        most: what the decoder's positions allow.
    """
    wanted = options.max_new_tokens
    if wanted is None:
        wanted = -(-(2 * source_tokens + 32) // LIMIT_STEP) * LIMIT_STEP
    return min(wanted, most)
