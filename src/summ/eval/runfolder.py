"""The folder of an evaluation: hypotheses are kept as they come, so that an interrupted run goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..atomic import write_atomically
from ..errors import InputError
from .systems import Hypothesis

HYPOTHESES, STATE = "hypotheses.jsonl", "run.json"
MADE = (HYPOTHESES, STATE, "results.json", "per_document.parquet", "report.html")


def fingerprint(value: Any) -> str:
    """Eight hexadecimal digits that change with anything in a JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]


def to_json(value: Any) -> str:
    """JSON as the folder's files have it."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


class RunFolder:
    """One evaluation's folder. Within ``alone``, ``open`` it before anything else.

    Args:
        path: made if it is not there.

    Raises:
        InputError: no folder can be made there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state: dict[str, Any] = {}
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{path}: cannot be the folder of results: {error.strerror}") from None

    def open(self, state: Mapping[str, Any], *, fresh: bool = False) -> None:
        """Go on with an earlier run in the folder, or begin one.

        Args:
            state: what the hypotheses depend on; it must be that of the earlier run.
            fresh: forget an earlier run, with its results.

        Raises:
            InputError: the folder holds another evaluation; says what differs.
        """
        if fresh:
            for name in MADE:
                (self.path / name).unlink(missing_ok=True)
        self.state = {**state, "systems": {}}
        if (self.path / STATE).exists():
            earlier = _read_state(self.path / STATE)
            changed = _differences({**earlier, "systems": {}}, self.state)
            if changed:
                raise InputError(
                    f"{self.path}: holds another evaluation ({changed}); choose another folder, or start over with "
                    "--fresh"
                )
            self.state["systems"] = earlier["systems"]
        else:
            self._save_state()

    def agree(self, system: str, info: Mapping[str, Any]) -> None:
        """Note what makes a system's hypotheses, or make sure that it still does.

        Raises:
            InputError: a model that has changed since its first hypotheses were stored.
        """
        known = self.state["systems"].get(system)
        plain = json.loads(json.dumps(info))
        if known is None:
            self.state["systems"][system] = plain
            self._save_state()
        elif changed := _differences(known, plain):
            raise InputError(
                f"{self.path}: {system} is not what it was when its first hypotheses were stored ({changed}); "
                "start over with --fresh"
            )

    def stored(self, wanted: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], Hypothesis]:
        """The hypotheses of an earlier run by system and document; a last line that was cut short is dropped.

        Args:
            wanted: the ids of the documents by system.

        Raises:
            InputError: a line that is no hypothesis of this evaluation.
        """
        path = self.path / HYPOTHESES
        if not path.exists():
            return {}
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            with path.open("r+b") as file:
                file.truncate(whole)
        known = {name: set(ids) for name, ids in wanted.items()}
        found = {}
        for number, line in enumerate(data[:whole].split(b"\n")[:-1], 1):
            try:
                row = json.loads(line)
                place = (row["system"], row["id"])
                made = Hypothesis(row["hypothesis"], tuple(row.get("notices", ())))
            except (ValueError, KeyError, TypeError):
                raise InputError(
                    f"{path}, line {number}: not a hypothesis; was it edited? start over with --fresh"
                ) from None
            if place[1] not in known.get(place[0], ()) or place in found:
                raise InputError(
                    f"{path}, line {number}: no document of this evaluation, or one twice; start over with --fresh"
                )
            found[place] = made
        return found

    def changed(self, system: str, info: Mapping[str, Any]) -> bool:
        """Whether something else makes a system's hypotheses than what made those that are stored."""
        known = self.state["systems"].get(system)
        return known is not None and bool(_differences(known, json.loads(json.dumps(info))))

    def forget(self, system: str, stored: Mapping[tuple[str, str], Hypothesis]) -> dict[tuple[str, str], Hypothesis]:
        """Drop the hypotheses of one system.

        Args:
            stored: all that are stored.

        Returns:
            Those of the other systems.
        """
        kept = {place: made for place, made in stored.items() if place[0] != system}
        lines = "".join(_line(name, identity, made) for (name, identity), made in kept.items())
        write_atomically(self.path / HYPOTHESES, lines.encode("utf-8", "surrogatepass"))
        del self.state["systems"][system]
        self._save_state()
        return kept

    def append(self, system: str, ids: Sequence[str], made: Sequence[Hypothesis]) -> None:
        """Add hypotheses; they are on the disk when this returns."""
        lines = [_line(system, identity, one) for identity, one in zip(ids, made, strict=True)]
        with (self.path / HYPOTHESES).open("ab") as file:
            file.write("".join(lines).encode("utf-8", "surrogatepass"))
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep a second process out of the folder; the lock goes with the process that held it.

        Raises:
            InputError: another process is at work in the folder.
        """
        try:
            import fcntl
        except ImportError:  # no such locks on Windows
            yield
            return
        with (self.path / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise InputError(f"{self.path}: another `summ eval run` is at work here; wait for it") from None
            yield

    def _save_state(self) -> None:
        write_atomically(self.path / STATE, to_json(self.state))


def _line(system: str, identity: str, made: Hypothesis) -> str:
    row: dict[str, Any] = {"system": system, "id": identity, "hypothesis": made.text}
    if made.notices:
        row["notices"] = list(made.notices)
    return json.dumps(row, ensure_ascii=False) + "\n"


def _read_state(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
        if not isinstance(value["systems"], dict):
            raise TypeError
    except (ValueError, KeyError, TypeError, OSError):
        raise InputError(f"{path}: not readable; start over with --fresh") from None
    return dict(value)


def _differences(before: Any, after: Any, place: str = "") -> str:
    """The first place where two JSON values differ, and how; empty if they do not."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            found = _differences(before.get(key), after.get(key), f"{place}.{key}" if place else key)
            if found:
                return found
        return ""
    if before == after:
        return ""
    return f"{place or 'the configuration'}: {_short(before)} then, {_short(after)} now"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
