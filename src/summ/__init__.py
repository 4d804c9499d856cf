"""summ: Arabic articles in; a faithful Arabic summary, an English translation and an English summary out.

    import summ
    result = summ.Pipeline.load()(text)
    print(result.summary.text, result.translation.text, result.english_summary.text, sep="\\n\\n")

Every public name is imported at first use, so that ``import summ`` costs milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy import lazy_names
from .version import __version__

_HOMES = {
    "Article": "article",
    "Pipeline": "flow",
    "Summarizer": "summarize.summarizer",
    "Translator": "translate.translator",
    "Result": "result",
    "Summary": "result",
    "Translation": "result",
    "Segment": "result",
    "Notice": "result",
    "ModelInfo": "result",
    "SummError": "errors",
    "InputError": "errors",
    "ConfigError": "errors",
    "ModelError": "errors",
    "GenerationError": "errors",
    "pipeline": "compat",
}

if TYPE_CHECKING:
    from .article import Article
    from .compat import pipeline
    from .errors import ConfigError, GenerationError, InputError, ModelError, SummError
    from .flow import Pipeline
    from .result import ModelInfo, Notice, Result, Segment, Summary, Translation
    from .summarize.summarizer import Summarizer
    from .translate.translator import Translator

__all__ = [
    "Article",
    "ConfigError",
    "GenerationError",
    "InputError",
    "ModelError",
    "ModelInfo",
    "Notice",
    "Pipeline",
    "Result",
    "Segment",
    "SummError",
    "Summarizer",
    "Summary",
    "Translation",
    "Translator",
    "__version__",
    "pipeline",
]

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
