"""A worker that is an actor of a Ray cluster.

Actors of Ray Core, not a Ray Data pipeline. Records are read and shards written by the driver alone, so that nodes need
neither the input nor the output folder, the journal is the local engine's, and an actor may take every CPU without
starving readers (ray issue 44687). An actor that dies is never restarted with its task: its shard goes to another one,
and an article that kills actors is found and set aside, where Ray Data retries it for ever or fails the job.
"""

from __future__ import annotations

import re
import signal
import threading
from typing import Any, Final

from ..errors import ConfigError, SummError
from .failures import JobError, WorkerDied
from .shards import Done, Shard, ShardWorker, Told

_COLOUR: Final = re.compile("\x1b\\[[0-9;]*m")


class RayWorker:
    """An actor that has the models loaded.

    Args:
        work: what it is to do.
        cpus, gpus: what Ray reserves for it.
        stop: ends the wait for room in the cluster.

    Raises:
        SummError: what the models could not be loaded for.
        WorkerDied: if the actor died before it was ready, or ``stop`` was set.
    """

    def __init__(self, work: ShardWorker, *, cpus: float, gpus: float, stop: threading.Event) -> None:
        import ray

        kind = ray.remote(ShardWorker).options(num_cpus=cpus, num_gpus=gpus, max_restarts=0, max_task_retries=0)
        self._actor = kind.remote(work.mapper, work.format)
        try:
            self.models: dict[str, Any] = self._result(self._actor.models.remote(), stop)
        except BaseException:
            self.close()
            raise

    def __call__(self, shard: Shard, told: Told) -> Done:
        done: Done = self._result(self._actor.__call__.remote(shard))
        told(done.records, done.tokens)
        return done

    def close(self) -> None:
        import ray

        if ray.is_initialized():
            ray.kill(self._actor)

    @staticmethod
    def _result(reference: Any, stop: threading.Event | None = None) -> Any:
        import ray
        from ray.exceptions import RayError, RayTaskError

        try:
            while stop is not None and not ray.wait([reference], timeout=1)[0]:
                if stop.is_set():
                    raise WorkerDied("stopped while it waited for room in the cluster")
            return ray.get(reference)
        except RayTaskError as error:
            if isinstance(error.cause, SummError):
                raise error.cause from None
            raise JobError(f"a Ray actor failed: {_told(error.cause or error)}") from None
        except RayError as error:
            raise WorkerDied(_told(error)) from None


def connect(address: str | None) -> bool:
    """Connect to a cluster, or start Ray on this machine; True if this call did it.

    Args:
        address: as ``ray.init`` takes it; None for $RAY_ADDRESS, a cluster that runs here, or a new local one.

    Raises:
        ConfigError: if Ray is not installed or the cluster does not answer.
    """
    try:
        import ray
    except ImportError:
        raise ConfigError("engine ray needs Ray: pip install 'summ[ray]'") from None
    if ray.is_initialized():
        return False
    _knock(address)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise ConfigError(f"no Ray cluster at {address or 'this machine'}: {_told(error)}") from None
    finally:
        if handler and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)  # Ray puts its own there, which exits at once
    return True


def _knock(address: str | None) -> None:
    """See whether anybody listens: Ray itself would try for minutes."""
    import socket

    host, _, port = (address or "").rpartition(":")
    if host and port.isdigit() and "/" not in host:
        try:
            socket.create_connection((host, int(port)), timeout=10).close()
        except OSError as error:
            raise ConfigError(f"no Ray cluster at {address}: {error.strerror or error}") from None


def places(cpus: float, gpus: float) -> int:
    """How many actors the cluster has room for, one at least."""
    import ray

    there = ray.cluster_resources()
    room = [int(there.get(name, 0) // each) for name, each in (("CPU", cpus), ("GPU", gpus)) if each]
    return max(1, min(room, default=1))


def disconnect() -> None:
    """Leave the cluster, and stop it if ``connect`` started it."""
    import ray

    ray.shutdown()


def _told(error: BaseException) -> str:
    """A message of Ray in one line: it says what happened in its first line, and why in its last."""
    lines = [line.strip() for line in _COLOUR.sub("", str(error)).splitlines() if line.strip()]
    ends = dict.fromkeys((lines[0], lines[-1])) if lines else [type(error).__name__]
    return " … ".join(ends)[:400]
