"""Many workers, processes or machines, behind one iterator of finished shards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from queue import SimpleQueue
from typing import Any, Final, Protocol

from .failures import JobError, WorkerDied
from .shards import Done, Shard, Told

_AHEAD: Final = 2  # shards for each worker that wait for it or to be written, beside the one at work,
_MOST_AHEAD: Final = 64  # but no more than that in all
_TRIES: Final = 2  # workers that a shard, then an article alone, may kill before it is taken to be the cause
_GRACE: Final = 10.0  # seconds for all threads to end; a worker that still loads its models ends when it has
_MOST_CAUSES: Final = 5  # articles of one shard that may be found to kill workers


class Worker(Protocol):
    """What a shard is given to.

    Attributes:
        models: what ``ShardWorker.models`` told over there.
    """

    models: dict[str, Any]

    def __call__(self, shard: Shard, told: Told) -> Done:
        """Work on a shard. Raises WorkerDied, after which the worker is of no use any more."""
        ...

    def close(self) -> None:
        """Stop at once, whatever is under way. May be called twice, and by another thread."""
        ...


Start = Callable[[threading.Event], Worker]
Events = SimpleQueue[Any]


def pooled(
    shards: Iterator[Shard], start: Start, first: Worker, workers: int, told: Told, events: Events | None = None
) -> Generator[Done]:
    """Shards as they are done, in any order. Reading, working and writing (by the caller) overlap.

    A shard whose worker died goes to another one. If that dies too, its articles are tried one by one, twice each:
    those that kill their worker both times are set aside, the others are done.

    Args:
        start: makes a worker, and may take its time, until the event is set. Called by several threads.
        first: a worker that is there already.
        workers: how many are wanted.
        told: called with further articles and tokens, by several threads.
        events: where an exception can be put that ends the iteration by being raised.

    Raises:
        JobError: when workers cannot be had, or differ in their models.
    """
    pool = _Pool(start, workers, told, events or SimpleQueue())
    threads = [threading.Thread(target=pool.read, args=(shards,), daemon=True, name="summ-reader")]
    for i in range(workers):
        mine = first if i == 0 else None
        threads.append(threading.Thread(target=pool.serve, args=(mine, first.models), daemon=True, name=f"summ-{i}"))
    for thread in threads:
        thread.start()
    try:
        yield from pool.finished()
    finally:
        pool.close()
        deadline = time.monotonic() + _GRACE
        for thread in threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))


class _Pool:
    def __init__(self, start: Start, workers: int, told: Told, events: Events) -> None:
        self._start, self._workers, self._told, self._events = start, workers, told, events
        self._tasks: SimpleQueue[tuple[Shard, int] | None] = SimpleQueue()
        self._room = threading.Semaphore(workers + min(_AHEAD * workers, _MOST_AHEAD))
        self._stop = threading.Event()
        self._live: set[Worker] = set()
        self._lock = threading.Lock()

    def read(self, shards: Iterator[Shard]) -> None:
        """What the reader thread does: keep the queue filled, but never more than there is room for."""
        count = 0
        try:
            for shard in shards:
                self._room.acquire()
                if self._stop.is_set():
                    return
                self._tasks.put((shard, 0))
                count += 1
        except BaseException as error:
            self._events.put(error)
        else:
            self._events.put(count)

    def serve(self, worker: Worker | None, models: dict[str, Any]) -> None:
        """What each worker's thread does."""
        try:
            if worker:
                with self._lock:
                    self._live.add(worker)
            while not self._stop.is_set():
                if worker is None:
                    worker = self._new(models)
                task = self._tasks.get()
                if task is None:
                    return
                shard, deaths = task
                try:
                    done = worker(shard, self._told)
                except WorkerDied:
                    self._forget(worker)
                    worker = None
                    if self._stop.is_set():
                        return
                    if deaths + 1 < _TRIES:
                        self._tasks.put((shard, deaths + 1))
                        continue
                    worker, done = self._search(shard, models)
                self._events.put(done)
        except BaseException as error:
            if not self._stop.is_set():
                self._events.put(error)

    def finished(self) -> Iterator[Done]:
        """The shards that are done, until all that were read are."""
        total, count = None, 0
        while total is None or count < total:
            event = self._events.get()
            if isinstance(event, BaseException):
                raise event
            if isinstance(event, Done):
                count += 1
                yield event
                self._room.release()
            else:
                total = event

    def close(self) -> None:
        self._stop.set()
        self._room.release()
        for _ in range(self._workers):
            self._tasks.put(None)
        with self._lock:
            live = list(self._live)
        for worker in live:
            worker.close()

    def _new(self, models: dict[str, Any]) -> Worker:
        try:
            worker = self._start(self._stop)
        except WorkerDied as death:
            raise JobError(f"a worker cannot be started: {death}") from None
        with self._lock:
            self._live.add(worker)
        if self._stop.is_set():
            worker.close()
        elif worker.models != models:
            raise JobError(
                "two workers have different models or versions of them; install the same on each machine "
                f"({worker.models} and {models})"
            )
        return worker

    def _forget(self, worker: Worker) -> None:
        with self._lock:
            self._live.discard(worker)
        worker.close()

    def _search(self, shard: Shard, models: dict[str, Any]) -> tuple[Worker, Done]:
        """Do a shard that killed its workers without the articles that kill a worker when they are alone."""
        causes = dict(shard.skip)
        worker = self._new(models)
        for raw in shard.records:
            for attempt in range(_TRIES):
                try:
                    worker(Shard(shard.index, (raw,)), lambda articles, tokens: None)
                    break
                except WorkerDied as death:
                    self._forget(worker)
                    worker = self._new(models)
                    if attempt + 1 == _TRIES:
                        causes[raw.position] = f"its worker died each time: {death}"
            if len(causes) > _MOST_CAUSES:
                raise JobError(
                    f"{len(causes)} articles of one shard killed their workers, which points at the machine: "
                    f"{next(iter(causes.values()))}; try fewer --workers, then run the same command again"
                )
        with suppress(WorkerDied):
            return worker, worker(replace(shard, skip=causes), self._told)
        raise JobError(f"shard {shard.index} kills its workers, though no article of it alone does")
