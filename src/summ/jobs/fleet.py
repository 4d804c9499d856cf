"""Which workers a job gets: processes or actors, how many, with how many threads."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from ..engines.devices import cpu_count
from ..errors import InputError
from ..runs import ModelChoice, Run
from .local import LocalWorker
from .pool import Start, Worker
from .shards import ShardWorker


@dataclass(frozen=True, slots=True)
class Fleet:
    """How to start a worker, and how many are wanted.

    Attributes:
        chosen: whether the user said how many.
    """

    start: Start
    size: int
    chosen: bool = True

    def hint(self, models: dict[str, Any]) -> str | None:
        """What to tell a user whose cores could do more, once a worker has told which models it has."""
        cores = cpu_count()
        on_cpu = all(model["options"].get("device", "cpu") == "cpu" for model in models.values())
        if self.chosen or self.size > 1 or cores == 1 or not on_cpu:
            return None
        return f"one worker with {cores} threads; where memory allows, --workers {cores} is faster"


def fleet(
    engine: str,
    work: ShardWorker,
    workers: int,
    stack: ExitStack,
    *,
    address: str | None = None,
    cpus: float = 1,
    gpus: float = 0,
) -> Fleet:
    """The workers of an engine; on Ray, the connection is closed with ``stack``.

    Raises:
        InputError: for an unknown engine.
        ConfigError: if there is no Ray.
    """
    if engine == "local":
        size = workers or _usual(work.mapper.run)
        threads = max(1, cpu_count() // size)
        work.mapper.threads = threads

        def start_process(stop: threading.Event) -> Worker:
            return LocalWorker(work, threads)

        return Fleet(start_process, size, chosen=bool(workers))
    if engine == "ray":
        from . import ray

        if ray.connect(address):
            stack.callback(ray.disconnect)
        work.mapper.threads = max(1, int(cpus))

        def start_actor(stop: threading.Event) -> Worker:
            return ray.RayWorker(work, cpus=cpus, gpus=gpus, stop=stop)

        return Fleet(start_actor, workers or ray.places(cpus, gpus))
    raise InputError(f"unknown engine {engine!r}: there are local and ray")


def _usual(run: Run) -> int:
    """One process a core where all models are small and on a CPU; else one, which uses all cores or the GPU."""
    parts: list[ModelChoice | None] = [run.summary, run.translation]
    if run.english_summary:
        parts.append(run.english_summary.model)
    small = all(part is None or (part.model == "builtin" and part.device in ("auto", "cpu")) for part in parts)
    return cpu_count() if small else 1
