"""A worker that is a process on this machine.

The processes are plain ``python`` with pickles on their standard input and output. So a script needs no
``if __name__ == "__main__"`` to call ``summ.jobs.run``, as it does with multiprocessing, and a worker whose parent was
killed reads the end of its input, and ends.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from typing import Any, Final

from ..errors import SummError
from .failures import JobStopped, WorkerDied
from .shards import Done, Shard, ShardWorker, Told

_BOOT: Final = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); from summ.jobs.local import serve; serve()"
)


_LOOK_EVERY: Final = 1.0  # seconds between two looks whether the parent is there


class LocalWorker:
    """A process that has the models loaded.

    Args:
        work: what it is to do.
        threads: CPU threads of numerical libraries.

    Raises:
        SummError: what the models could not be loaded for.
        WorkerDied: if the process ended before it was ready.
    """

    def __init__(self, work: ShardWorker, threads: int) -> None:
        count = str(threads)
        # Not MKL's own variable, which overrules CTranslate2's one thread a batch (measured: a tenth slower).
        environment = os.environ | {"OMP_NUM_THREADS": count, "OPENBLAS_NUM_THREADS": count}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _BOOT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the parent to handle
            )
        except OSError as error:
            raise WorkerDied(f"no process can be started: {error.strerror}") from None
        try:
            self._send(sys.path)
            self._send(work)
            self.models: dict[str, Any] = self._receive()
        except BaseException:
            self.close()
            raise

    def __call__(self, shard: Shard, told: Told) -> Done:
        articles = tokens = 0
        try:
            self._send(shard)
            while True:
                answer = self._receive()
                if isinstance(answer, Done):
                    return answer
                articles, tokens = articles + answer[0], tokens + answer[1]
                told(*answer)
        except WorkerDied:
            told(-articles, -tokens)
            raise

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _send(self, value: Any) -> None:
        assert self._process.stdin
        try:
            pickle.dump(value, self._process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except OSError:
            raise WorkerDied(self._end()) from None

    def _receive(self) -> Any:
        assert self._process.stdout
        try:
            answer = pickle.load(self._process.stdout)
        except (EOFError, OSError):
            raise WorkerDied(self._end()) from None
        except JobStopped:
            raise
        except Exception as error:  # what is no pickle can fail in any way, and the process will not end by itself
            self._process.kill()
            raise WorkerDied(f"it answers no pickle ({error}); does something print when Python starts?") from None
        if isinstance(answer, SummError):
            raise answer
        return answer

    def _end(self) -> str:
        code = self._process.wait()
        if code >= 0:
            return f"exit code {code}"
        name = signal.Signals(-code).name
        return f"{name}, perhaps for lack of memory" if name == "SIGKILL" else name


def serve() -> None:
    """What the process does: answer each shard on standard input, until that ends."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to all processes of a job step; the parent decides
        signal.signal(number, signal.SIG_IGN)
    inbox = sys.stdin.buffer
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    # A library that prints must not print into the answers.
    outbox = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def answer(value: Any) -> None:
        pickle.dump(value, outbox, protocol=pickle.HIGHEST_PROTOCOL)
        outbox.flush()

    try:
        work: ShardWorker = pickle.load(inbox)
        try:
            answer(work.models())
            gc.collect()
            gc.freeze()  # what a model is made of stays: the collector need not look at it again and again
        except SummError as error:
            answer(error)
            return
        while True:
            answer(work(pickle.load(inbox), lambda articles, tokens: answer((articles, tokens))))
    except (EOFError, BrokenPipeError):
        # The parent is gone or has what it wanted. Interpreter shutdown would try to flush into the broken pipe.
        os._exit(0)


def _end_with(parent: int) -> None:
    """End this process when its parent has: an answer, which would find that out, may be minutes away."""
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os._exit(1)
