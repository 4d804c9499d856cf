"""A job, from its input to its _SUCCESS mark."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Literal

from ..errors import InputError
from ..runs import Run
from ..version import __version__
from . import formats, render, sources
from .disk import WORK, plainly
from .failures import JobError, JobStopped, WorkerDied
from .fleet import Fleet, fleet
from .folder import Folder, slice_name
from .interrupts import Interrupts
from .lock import locked
from .mapper import Mapper, without_threads
from .pool import pooled
from .progress import Progress
from .records import MAX_CHARS, Rules
from .selection import Selection, read_part
from .shards import Shard, ShardWorker

SHARD_SIZE: Final = 100


@dataclass(frozen=True, slots=True)
class Report:
    """How a job ended.

    Attributes:
        records: all of them: those with a result and those set aside.
        reasons: how many records were set aside for each reason.
        new: records that this call worked on; the others were done before.
        seconds: what this call took, in wall time.
        articles_per_second, tokens_per_second: of this call, from the moment the first worker was ready.
    """

    folder: Path
    records: int
    results: int
    errors: int
    reasons: dict[str, int] = field(default_factory=dict)
    new: int = 0
    seconds: float = 0.0
    articles_per_second: float = 0.0
    tokens_per_second: float = 0.0


def run(
    input: str | Path,
    output: str | Path,
    *,
    config: str | Path | Run = "default",
    engine: Literal["local", "ray"] = "local",
    workers: int = 0,
    text_field: str = "text",
    id_field: str = "id",
    title_field: str = "title",
    input_format: str | None = None,
    delimiter: str | None = None,
    subset: str | None = None,
    split: str = "train",
    output_format: str = "jsonl",
    shard_size: int = SHARD_SIZE,
    single_file: bool = False,
    limit: int | None = None,
    sample: int | None = None,
    shard: str | None = None,
    max_chars: int = MAX_CHARS,
    max_errors: int | None = None,
    any_language: bool = False,
    offline: bool = False,
    ray_address: str | None = None,
    cpus: float = 1,
    gpus: float = 0,
    progress: Progress | None = None,
) -> Report:
    """Work through many articles; go on where an earlier call with the same arguments was interrupted.

    Args:
        input: a file (JSONL, CSV, TSV, Parquet, text; .gz, .zst, .bz2, .xz), a folder, a glob, ``-`` for standard
            input, or the id of a data set of the hub.
        output: a folder, made if need be.
        config: a name in configs/runs, a path, or a Run.
        engine: ``local`` for processes on this machine, ``ray`` for actors of a Ray cluster.
        workers: how many; 0 for one a core where all models are the built-in ones, one otherwise, and on Ray as many
            as the cluster has room for.
        text_field, id_field, title_field: names of the fields. A record without an id gets one from its position and
            text; all other fields are carried through as metadata.
        input_format: ``jsonl``, ``csv``, ``tsv``, ``parquet`` or ``text``, where the file's name does not tell.
        delimiter: between the columns of CSV.
        subset, split: of a data set of the hub.
        output_format: ``jsonl`` or ``parquet``.
        shard_size: records a shard, the unit of work and of resuming.
        single_file: join the shards at the end.
        limit: take the first records only.
        sample: take so many records only, chosen by their content: the same input gives the same sample.
        shard: ``3/16`` for the third of sixteen parts of the job, in a folder of its own below ``output``;
            ``summ.jobs.merge`` puts them together.
        max_chars: records with longer texts are set aside.
        max_errors: stop when more records than that are set aside.
        any_language: take texts that are not in Arabic too.
        offline: never ask the hub.
        ray_address, cpus, gpus: the cluster, and what Ray reserves for each worker.
        progress: where to count; see ``summ.jobs.progress``.

    Raises:
        InputError: for an input, folder or argument that makes no sense, or a folder that holds another job.
        ConfigError, ModelError: for a run that cannot be made.
        JobError: when the job had to end early. What is done is kept, and the same call goes on from there.
        JobStopped: after SIGINT or SIGTERM, likewise.
    """
    clock = time.monotonic()
    progress = progress or Progress()
    _check_choice("input format", input_format, (None, *formats.FORMATS))
    _check_choice("output format", output_format, render.FORMATS)
    counts = {"shard size": shard_size, "limit": limit, "sample": sample, "max chars": max_chars}
    for name, count in counts.items():
        if count is not None and count < 1:
            raise InputError(f"{name} must be at least 1, not {count}")
    part = read_part(shard)
    if part and single_file:
        raise InputError("a part of a job is not joined: give --single-file to summ jobs merge")
    rules = Rules(text_field, id_field, title_field, max_chars, any_language)
    mapper = Mapper(config, rules=rules, offline=offline)
    source: sources.Source | None = None
    if str(input) != "-":
        source = sources.find(
            input,
            rules,
            format=input_format,
            delimiter=delimiter,
            subset=subset,
            split=split,
            offline=offline,
            without=Path(output),
        )
    with ExitStack() as stack:
        interrupts = stack.enter_context(Interrupts())
        folder = stack.enter_context(_opened(output, part, output_format, progress))
        if source is None:
            spool = folder.work / f"input.{input_format or 'jsonl'}"
            with plainly(folder.path):
                begun = bool(folder.description)
                source = sources.spooled(
                    sys.stdin.buffer, spool, rules, format=input_format, delimiter=delimiter, begun=begun
                )
        selection = Selection(source, size=shard_size, limit=limit, sample=sample, part=part)
        folder.agree(_identity(source, mapper, selection, output_format))
        if left_out := getattr(source, "left_out", None):
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in left_out.most_common(6))
            progress.say(f"left out, being no input: {kinds}")
        if folder.remade:
            progress.say(f"shards that are missing or were changed are made again: {len(folder.remade)}")
        unfinished = not folder.finished or bool(folder.remade)
        if unfinished:
            work = ShardWorker(mapper, output_format)
            muster = partial(fleet, engine, work, workers, stack, address=ray_address, cpus=cpus, gpus=gpus)
            _work(folder, selection, muster, engine, progress, max_errors, interrupts)
        with plainly(folder.path):
            reasons = folder.finish(join=single_file)
        counted = folder.description["counts"]
    articles, tokens = progress.rates
    return Report(
        folder.path,
        counted["records"],
        counted["results"],
        counted["errors"],
        dict(reasons.most_common()),
        progress.articles,
        round(time.monotonic() - clock, 1),
        round(articles, 2),
        round(tokens, 1),
    )


def _identity(source: sources.Source, mapper: Mapper, selection: Selection, format: str) -> dict[str, Any]:
    """All that results depend on, but for the models, which only a worker can tell."""
    run = mapper.run.model_dump(exclude={"description": True})
    return {
        "input": source.identity(),
        "records": asdict(mapper.rules) | selection.describe(),
        "run": without_threads(run),
        "output_format": format,
        "summ": __version__,
    }


@contextmanager
def _opened(output: str | Path, part: tuple[int, int] | None, format: str, progress: Progress) -> Iterator[Folder]:
    """The output folder, locked."""
    path = Path(output).expanduser()
    if part:
        path = path / slice_name(part)
    if path.exists() and not path.is_dir():
        raise InputError(f"{path}: not a folder")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path}: no folder can be made there: {error.strerror or error}") from None
    with ExitStack() as stack:
        with plainly(path):
            held = stack.enter_context(locked(path / WORK / "lock"))
            folder = stack.enter_context(closing(Folder(path, format)))
        if not held.trusted:
            progress.say(f"{path}: this file system has no locks; see to it that no other process works here")
        if held.predecessor:
            progress.say("taking over from process {pid} on {host}, which was killed".format(**held.predecessor))
        yield folder


def _work(
    folder: Folder,
    selection: Selection,
    muster: Callable[[], Fleet],
    engine: str,
    progress: Progress,
    max_errors: int | None,
    interrupts: Interrupts,
) -> None:
    """Do the shards that the journal does not have."""
    entries = folder.journal.entries
    pending = (shard for shard in _counted(selection, progress) if shard.index not in entries)
    head = list(islice(pending, 1))
    if not head:
        return  # no need to load a model, nor to know whether it is still the same one
    workers = muster()
    head += islice(pending, workers.size - 1)
    size = min(workers.size, len(head))
    try:
        first = workers.start(threading.Event())
    except WorkerDied as death:
        raise JobError(f"a worker cannot be started: {death}") from None
    if hint := workers.hint(first.models):
        progress.say(hint)
    try:
        folder.agree({"models": first.models})
        progress.begin(sum(e.records for e in entries.values()), sum(e.errors for e in entries.values()), size)
        with interrupts.deferred(), plainly(folder.path), folder.session(engine=engine, workers=size):
            shards = chain(head, pending)
            with closing(pooled(shards, workers.start, first, size, progress.add, interrupts.events)) as outcomes:
                _enough(progress, folder, max_errors)
                for done in outcomes:
                    folder.commit(done)
                    progress.errors += len(done.errors)
                    _enough(progress, folder, max_errors)
    except JobStopped as stopped:
        raise JobStopped(stopped.number, sum(e.records for e in entries.values())) from None
    finally:
        first.close()


def _enough(progress: Progress, folder: Folder, max_errors: int | None) -> None:
    if max_errors is not None and progress.errors > max_errors:
        raise JobError(
            f"stopped: {progress.errors:,} records were set aside, more than the {max_errors:,} of --max-errors; "
            f"see {folder.path / 'errors.jsonl'}"
        )


def _counted(selection: Selection, progress: Progress) -> Iterator[Shard]:
    for shard in selection.shards():
        progress.total, progress.exact = selection.total()
        yield shard
    progress.total, progress.exact = selection.total()


def _check_choice(name: str, value: str | None, known: Sequence[str | None]) -> None:
    if value not in known:
        raise InputError(f"unknown {name} {value!r}: there are {', '.join(k for k in known if k)}")
