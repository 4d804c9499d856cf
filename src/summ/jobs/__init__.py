"""Many articles: read, worked on by processes or a cluster, written shard by shard, killed and resumed.

import summ.jobs
report = summ.jobs.run("articles.jsonl", "out", config="summary")
for result in summ.jobs.read_results("out"): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazy_names

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

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
