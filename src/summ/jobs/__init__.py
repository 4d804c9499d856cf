"""Many articles: read, worked on by processes or a cluster, written shard by shard, killed and resumed.

import summ.jobs
report = summ.jobs.run("articles.jsonl", "out", config="summary")
for result in summ.jobs.read_results("out"): ...
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "JobError": "failures",
    "JobStopped": "failures",
    "Mapper": "mapper",
    "Report": "job",
    "Rules": "records",
    "SetAside": "records",
    "merge": "merging",
    "read_results": "render",
    "run": "job",
}

if TYPE_CHECKING:
    from .failures import JobError, JobStopped
    from .job import Report, run
    from .mapper import Mapper
    from .merging import merge
    from .records import Rules, SetAside
    from .render import read_results

__all__ = ["JobError", "JobStopped", "Mapper", "Report", "Rules", "SetAside", "merge", "read_results", "run"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'summ.jobs' has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
