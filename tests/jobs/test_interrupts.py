"""Signals become exceptions, and none is lost."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from summ.jobs.failures import JobStopped
from summ.jobs.interrupts import Interrupts


def test_a_signal_is_an_exception_at_once() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(JobStopped, match="stopped by SIGTERM; the same command goes on from there"), Interrupts():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_deferred_signal_is_an_event() -> None:
    with Interrupts() as interrupts, pytest.raises(JobStopped), interrupts.deferred():
        os.kill(os.getpid(), signal.SIGINT)
        raise interrupts.events.get(timeout=1)


def test_a_deferred_signal_that_nobody_took_is_raised_after() -> None:
    steps = []
    with pytest.raises(JobStopped), Interrupts() as interrupts:
        with interrupts.deferred():
            os.kill(os.getpid(), signal.SIGINT)
            steps.append("the files are closed in order")
        steps.append("never")
    assert steps == ["the files are closed in order"]


def test_another_exception_is_not_hidden() -> None:
    with pytest.raises(OSError, match="disk"), Interrupts() as interrupts, interrupts.deferred():
        os.kill(os.getpid(), signal.SIGINT)
        raise OSError("disk")


def test_other_threads_leave_signals_alone() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work() -> None:
        with Interrupts():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
