"""What is evaluated: baselines, models and stored hypotheses behind one interface."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..article import Article
from ..errors import InputError
from ..models import catalog
from ..models.files import HUB_ID, is_folder
from ..result import Notice
from ..version import __version__
from .baselines import lead, oracle, random_sentences, scorer_words
from .files import Texts, align, read_texts
from .nearest import nearest
from .plan import BASELINE, BASELINES, MetricChoice, Plan, SystemChoice
from .recipe import make_recipe
from .sets import Document, EvalSet, local_path

if TYPE_CHECKING:
    from ..translate.translator import Translator


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a system made of a document; ``notices`` are the codes of what its maker noticed."""

    text: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """A system that is ready to run.

    Attributes:
        name: what tables call it.
        info: what made the hypotheses, precisely enough to make them again; JSON-ready.
        run: from documents to one hypothesis each, in order; the same for any split of the documents.
        step: documents to give it at a time.
    """

    name: str
    info: dict[str, Any]
    run: Callable[[Sequence[Document]], list[Hypothesis]] = field(repr=False)
    step: int = 256


def check_systems(plan: Plan) -> None:
    """Find wrong names before anything is generated.

    Raises:
        InputError: a system that is neither a baseline, nor a model that can be looked for, with the nearest names.
    """
    for system in plan.systems:
        name = system.model
        if name in (None, "builtin") or (system.hypotheses is None and _is_model(str(name))):
            continue
        known = [*BASELINES, "builtin", *catalog.entries()]
        raise InputError(
            f"unknown system {name!r}{nearest(str(name), known)} (a hub id is written org/name, a folder ./name)"
        )


def load_system(choice: SystemChoice, plan: Plan, data: EvalSet, base: Path, *, offline: bool = False) -> System:
    """Load a system of a plan.

    Args:
        base: the folder that files of hypotheses are relative to.

    Raises:
        InputError: hypotheses that do not fit the set.
        ModelError: a model that cannot be had.
    """
    if choice.hypotheses is not None:
        return _stored(choice, data, local_path(choice.hypotheses, base))
    if plan.task == "translation":
        return _translation(choice, plan, offline)
    if plan.task == "cross-lingual-summarization":
        return _cross_lingual(choice, plan, offline)
    summarize, info = _summarizer(choice, plan, plan.source_language, offline)
    return System(choice.name, info, lambda documents: [summarize(d, d.source) for d in documents], _step(choice))


Summarize = Callable[[Document, str], Hypothesis]


def _summarizer(choice: SystemChoice, plan: Plan, language: str, offline: bool) -> tuple[Summarize, dict[str, Any]]:
    """A function from a document, and the text that stands for it, to a summary in the text's language."""
    if choice.baseline is not None:
        return _baseline(choice, plan)
    from ..summarize.summarizer import Summarizer

    model = Summarizer.load(
        choice.model or "builtin",
        source_language=language,
        target_language=language,
        offline=offline,
        **choice.arguments(),
        **choice.length(),
    )

    def summarize(document: Document, text: str) -> Hypothesis:
        made = model(Article(text, document.title if text is document.source else None, document.id))
        return Hypothesis(made.text, _codes(made.notices))

    if model.model is not None:
        return summarize, _described(model.model.info, choice)
    return summarize, {
        "model": "builtin",
        "engine": "extractive",
        "summ": __version__,
        **(choice.length() or {"sentences": 3}),
    }


def _baseline(choice: SystemChoice, plan: Plan) -> tuple[Summarize, dict[str, Any]]:
    name = choice.baseline or ""
    found = BASELINE.fullmatch(name)
    assert found is not None
    kind, count = found[1] or name, int(found[2]) if found[2] else None
    info: dict[str, Any] = {"baseline": name, "summ": __version__}
    if kind == "lead":
        return lambda document, text: _joined(lead(text, count or 1)), info
    if kind == "random":
        return (
            lambda document, text: _joined(random_sentences(text, count or 3, seed=choice.seed, id=document.id)),
            {**info, "seed": choice.seed},
        )
    if plan.task == "cross-lingual-summarization" and choice.route == "summarize-then-translate":
        raise InputError(
            f"system {choice.name}: the references of an oracle are in {plan.target_language}, its sentences in "
            f"{plan.source_language}; give it route: translate-then-summarize"
        )
    rouge = next((metric for metric in plan.metrics if metric.metric == "rouge"), MetricChoice.model_validate("rouge"))
    options = rouge.options()
    options.pop("types", None)
    recipe, _ = make_recipe(lang=plan.target_language, **options)
    words = scorer_words(recipe)
    info |= {"chosen by": f"rouge1 + rouge2 F of {recipe.preset}, {recipe.policy} over references"}
    return lambda document, text: _joined(
        oracle(text, document.references, words, policy=recipe.policy, most=count)
    ), info


def _translator(choice: Any, plan: Plan, offline: bool) -> Translator:
    from ..translate.translator import Translator

    return Translator.load(
        choice.model or "builtin",
        source_language=plan.source_language,
        target_language=plan.target_language,
        offline=offline,
        **choice.arguments(),
    )


def _translated(translator: Translator, texts: Sequence[str]) -> list[Hypothesis]:
    """One translation a text; what is empty stays so."""
    made = iter(translator.batch([text for text in texts if text.strip()]))
    found = (next(made) if text.strip() else None for text in texts)
    return [Hypothesis(one.text, _codes(one.notices)) if one else Hypothesis("") for one in found]


def _translation(choice: SystemChoice, plan: Plan, offline: bool) -> System:
    translator = _translator(choice, plan, offline)
    return System(
        choice.name,
        _described(translator.model.info, choice),
        lambda documents: _translated(translator, [document.source for document in documents]),
        64,
    )


def _cross_lingual(choice: SystemChoice, plan: Plan, offline: bool) -> System:
    two_steps = choice.translator is not None or choice.baseline is not None or choice.model == "builtin"
    if not two_steps:
        return _direct(choice, plan, offline)
    from ..runs import ModelChoice

    translator = _translator(choice.translator or ModelChoice.model_validate({}), plan, offline)
    first = choice.route == "summarize-then-translate"
    language = plan.source_language if first else plan.target_language
    summarize, info = _summarizer(choice, plan, language, offline)

    def run(documents: Sequence[Document]) -> list[Hypothesis]:
        if first:
            summaries = [summarize(document, document.source) for document in documents]
            translations = _translated(translator, [summary.text for summary in summaries])
            return [Hypothesis(t.text, (*s.notices, *t.notices)) for s, t in zip(summaries, translations, strict=True)]
        translations = _translated(translator, [document.source for document in documents])
        return [
            summarize(document, made.text) if made.text.strip() else made
            for document, made in zip(documents, translations, strict=True)
        ]

    whole = {"route": choice.route, "summary": info, "translation": _described(translator.model.info, None)}
    return System(choice.name, whole, run, 16)


def _direct(choice: SystemChoice, plan: Plan, offline: bool) -> System:
    """One model that summarizes in another language."""
    from ..summarize.summarizer import Summarizer

    model = Summarizer.load(
        choice.model or "",
        source_language=plan.source_language,
        target_language=plan.target_language,
        offline=offline,
        **choice.arguments(),
        **choice.length(),
    )
    assert model.model is not None

    def run(documents: Sequence[Document]) -> list[Hypothesis]:
        made = model.batch([Article(d.source, d.title, d.id) for d in documents])
        return [Hypothesis(one.text, _codes(one.notices)) for one in made]

    return System(choice.name, _described(model.model.info, choice), run, 16)


def _stored(choice: SystemChoice, data: EvalSet, path: Path) -> System:
    """Hypotheses of a file, matched by id where both the set and the file have ids, else by place."""
    there = read_texts(path, field_name=choice.column)
    ids = tuple(document.id for document in data.documents)
    sources = tuple((document.source,) for document in data.documents)
    texts = align(Texts("the set", sources, ids if data.has_ids else None), there).single()
    made = dict(zip(ids, texts, strict=True))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return System(
        choice.name,
        {"hypotheses": path.name, "sha256": digest},
        lambda documents: [Hypothesis(made[document.id]) for document in documents],
    )


def _described(info: Any, choice: SystemChoice | None) -> dict[str, Any]:
    """A ModelInfo as JSON, with the length that was asked for."""
    length = choice.length() if choice else {}
    return {key: value for key, value in asdict(info).items() if value not in (None, "", {})} | length


def _is_model(name: str) -> bool:
    return is_folder(name) or catalog.find(name) is not None or HUB_ID.fullmatch(name.partition("@")[0]) is not None


def _joined(sentences: Sequence[str]) -> Hypothesis:
    return Hypothesis(" ".join(sentences))


def _codes(notices: Sequence[Notice]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notice.code for notice in notices))


def _step(choice: SystemChoice) -> int:
    return 16 if choice.model not in (None, "builtin") else 256
