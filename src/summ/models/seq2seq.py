"""A model: a family (texts to token ids and back) and an engine (token ids to token ids)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..engines.base import DecodeOptions, Engine
from ..generation.schedule import Room, run
from ..result import ModelInfo
from .families.base import Family


@dataclass(frozen=True, slots=True)
class Generated:
    """What became of a source text.

    Attributes:
        text: the target, without white space around it.
        finished: whether the model ended it by itself.
        tokens: its length in tokens.
        ids: its token ids, without start and end.
        source_tokens: length of the source in tokens, special ones included.
    """

    text: str
    finished: bool
    tokens: int
    ids: tuple[int, ...] = ()
    source_tokens: int = 0


class Seq2SeqModel:
    """Maps texts to texts.

    Args:
        name: what the user called it.
        revision: commit or fingerprint, if known.
        options: decode options; the family's defaults if None.
        rough: True for weights that give a gist only; results then carry a notice.
        licence_notice: one sentence on a licence that forbids commercial use; results can carry it.
        budget: token positions in one batch (see ``summ.generation.schedule``); None for what suits the device.
    """

    def __init__(
        self,
        family: Family,
        engine: Engine,
        *,
        name: str,
        revision: str | None = None,
        options: DecodeOptions | None = None,
        rough: bool = False,
        licence_notice: str | None = None,
        budget: int | None = None,
    ) -> None:
        self.family, self.engine, self.name, self.revision, self.rough = family, engine, name, revision, rough
        self.licence_notice = licence_notice
        self.options = options or family.defaults
        self.budget, self._room = budget, Room()

    @property
    def info(self) -> ModelInfo:
        from ..version import __version__

        details: dict[str, Any] = asdict(self.options) | {"dtype": self.engine.dtype, "device": self.engine.device}
        return ModelInfo(
            self.name,
            self.revision,
            self.engine.name,
            details,
            {"summ": __version__} | engine_versions(self.engine.name),
        )

    def generate(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None, **changes: Any
    ) -> list[Generated]:
        """Target texts in the order of ``texts``; every text must fit ``family.limit``.

        Args:
            progress: called with the number of texts that each finished batch settled.
            changes: fields of DecodeOptions that differ in this call.
        """
        options = self.options.changed(**changes) if changes else self.options
        pieces = self.family.encode(texts, options)
        outputs = run(self.engine, pieces, options, budget=self.budget, room=self._room, progress=progress)
        return [
            Generated(self.family.decode(o.ids).strip(), o.finished, len(o.ids), o.ids, len(piece.ids))
            for piece, o in zip(pieces, outputs, strict=True)
        ]


def engine_versions(engine: str) -> dict[str, str]:
    from importlib.metadata import version

    packages = {"ctranslate2": ("ctranslate2", "sentencepiece"), "torch": ("torch", "transformers")}
    return {package: version(package) for package in packages.get(engine, ())}
