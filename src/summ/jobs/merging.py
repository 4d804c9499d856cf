"""The parts of a job that was cut with ``--shard 1/16`` to ``16/16``, made into one output folder."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final

from ..errors import InputError
from . import disk
from .disk import WORK
from .folder import Folder, slice_name
from .interrupts import Interrupts
from .job import Report
from .journal import Journal
from .lock import locked

_SLICE: Final = re.compile(r"slice-(\d+)-of-(\d+)")


def merge(output: str | Path, *, single_file: bool = False) -> Report:
    """Make the parts of a job into one; the results are those of a job that was never cut.

    The shards are moved, not copied, and the folders of the parts go when all is done. Killed and called again, it
    goes on.

    Args:
        output: the folder that all parts were given, with their own folders below it.
        single_file: join the shards at the end.

    Raises:
        InputError: if a part is missing, unfinished, in use, or of another job.
        JobError: if the disk is full.
        JobStopped: after SIGINT or SIGTERM.
    """
    path = Path(output).expanduser()
    parts = sorted(p for p in path.glob("slice-*") if _SLICE.fullmatch(p.name))
    merged = (path / "job.json").exists()
    if not parts and not merged:
        raise InputError(f"{path}: no parts to merge; they come from summ batch … --shard 1/16 and so on")
    with ExitStack() as stack:
        stack.enter_context(disk.plainly(path))
        stack.enter_context(Interrupts())
        stack.enter_context(locked(path / WORK / "lock"))
        locks = stack.enter_context(ExitStack())
        for part in parts:
            locks.enter_context(locked(part / WORK / "lock"))
        identity = _agreed(path, parts) if parts else _described(path)["identity"]
        whole = stack.enter_context(closing(Folder(path, identity["output_format"], among=parts)))
        whole.agree(identity)
        for leftover in whole.work.glob("slice-*"):
            shutil.rmtree(leftover)
        if parts:
            whole.description["sessions"] = [
                {"part": part.name} | session for part in parts for session in _described(part).get("sessions", [])
            ]
            whole.describe("merging")
        for part in parts:
            _take(whole, part)
        reasons = whole.finish(join=single_file)
        counts = whole.description["counts"]
        locks.close()
        for part in parts:
            # In one step out of sight, so that a kill leaves no half part to be found at the next call.
            gone = part.replace(whole.work / part.name)
            shutil.rmtree(gone)
    return Report(path, counts["records"], counts["results"], counts["errors"], dict(reasons.most_common()))


def _described(folder: Path) -> dict[str, Any]:
    """What the job.json of a folder says, with an identity at least."""
    try:
        description: dict[str, Any] = json.loads((folder / "job.json").read_bytes())
        description["identity"]["output_format"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{folder}: no job.json of summ batch that can be read") from None
    return description


def _agreed(path: Path, parts: list[Path]) -> dict[str, Any]:
    """What all parts have in common, when each is there, done, and of the same job."""
    numbers = {int(of) for _, of in (_SLICE.fullmatch(p.name).groups() for p in parts)}  # type: ignore[union-attr]
    if len(numbers) > 1:
        raise InputError(f"{path}: parts of jobs that were cut differently: {', '.join(p.name for p in parts)}")
    names = {p.name for p in parts}
    of = numbers.pop()
    missing = [name for i in range(1, of + 1) if (name := slice_name((i, of))) not in names]
    missing += [p.name for p in parts if not (p / "_SUCCESS").exists()]
    if missing:
        raise InputError(
            f"{path}: not yet done: {', '.join(missing[:8])}{' …' * (len(missing) > 8)}; run these parts first"
        )
    found = []
    for part in parts:
        identity = _described(part)["identity"]
        identity["records"]["shard"] = None
        found.append(identity)
    whole: dict[str, Any] = found[0]
    for part, identity in zip(parts, found, strict=True):
        # A part without a single record has loaded no model.
        whole.setdefault("models", identity.get("models", {}))
        if {"models": whole["models"]} | identity != whole:
            different = [key for key in whole if identity.get(key, whole[key]) != whole[key]]
            raise InputError(f"{part}: not of the same job as {parts[0].name}: {', '.join(different)} differ")
    return whole


def _take(whole: Folder, part: Path) -> None:
    """Move the shards of a part."""
    journal = Journal(part / WORK / "journal.jsonl")
    with closing(journal):
        for shard, entry in sorted(journal.entries.items()):
            if shard in whole.journal.entries:
                continue
            target = whole.part(shard)
            source = part / target.name
            if source.exists():
                source.replace(target)
                disk.flush_folder(whole.path)
            elif not target.exists() or target.stat().st_size != entry.bytes:
                raise InputError(f"{source}: missing; run this part again")
            whole.journal.add(entry, journal.errors_of(shard))
