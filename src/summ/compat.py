"""``summ.pipeline``: the call that transformers 4 had and transformers 5 removed, with its arguments and output shapes.

transformers deleted ``pipeline("summarization")``, ``pipeline("translation")`` and ``pipeline("text2text-generation")``
in version 5 (https://github.com/huggingface/transformers/pull/43256). A text that the model can take in one piece is
generated here as 4.57 did it, token for token. A longer one is not cut, and does not fail either: it is translated or
summarized in chunks of whole sentences, unless ``truncation=True`` asks for the old cut, which is then said.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from .errors import InputError, ModelError

if TYPE_CHECKING:
    from .engines.base import DecodeOptions, Output
    from .engines.torch import TorchEngine
    from .models.families.base import HubFamily, Task, Wanted

log = logging.getLogger("summ")

KEYS = {"summarization": "summary", "translation": "translation", "text2text-generation": "generated"}
# Arguments of transformers' generate that have a counterpart here; the lengths are handled apart.
GENERATE = ("num_beams", "length_penalty", "no_repeat_ngram_size", "repetition_penalty", "early_stopping")
LENGTHS = ("max_length", "max_new_tokens", "min_length", "min_new_tokens")
OWN = ("truncation", "clean_up_tokenization_spaces", "return_tensors", "src_lang", "tgt_lang")
# Values at which an argument changes nothing, so that it may be given.
HARMLESS: dict[str, tuple[Any, ...]] = {
    "do_sample": (False, None),
    "num_return_sequences": (1, None),
    "use_cache": (True, False, None),
    "return_text": (True, None),
    "stop_sequence": (None,),
    "num_workers": tuple(range(256)),
    "framework": ("pt", None),
    "use_fast": (True, False, None),
    "trust_remote_code": (False, None),
    "device_map": (None, "auto"),  # a GPU where there is one, as device=None
    "feature_extractor": (None,),
    "image_processor": (None,),
    "processor": (None,),
    "pipeline_class": (None,),
    "config": (None,),
    "model_kwargs": (None, {}),
}
NEW_TOKENS = 256  # what 4.57 allowed where a checkpoint said nothing
NAMED = ("m2m100", "nllb", "mbart", "mbart50")  # families that translate only between named languages
TAG = re.compile(r">>(\w+)<<\s*|<2([\w-]+)>\s*")


def pipeline(
    task: str,
    model: Any = None,
    config: Any = None,
    tokenizer: Any = None,
    *,
    revision: str | None = None,
    token: str | None = None,
    device: Any = None,
    dtype: Any = None,
    torch_dtype: Any = None,
    batch_size: int = 16,
    allow_pickle: bool = False,
    offline: bool = False,
    **options: Any,
) -> Text2Text:
    """Make a pipeline, as ``transformers.pipeline`` of version 4 did.

    Args:
        task: ``summarization``, ``translation``, ``translation_ar_to_en`` (any pair) or ``text2text-generation``.
        model: catalog name, hub id or folder; or a transformers model, whose tokenizer must then be given.
        tokenizer: a transformers tokenizer for a model object; otherwise the model's own name, or left out.
        revision: branch, tag or commit of a hub model.
        token: a token of the hub, as HF_TOKEN.
        device: None for a GPU where there is one; -1 or ``"cpu"``, a number, or any torch device.
        dtype, torch_dtype: as ``summ.models.load.load_model``'s, or a torch dtype.
        batch_size: how many texts a generator or data set is read ahead. It never changes an output.
        allow_pickle, offline: as ``load_model``'s.
        options: defaults of the call's own arguments: ``src_lang``, ``tgt_lang``, ``truncation``,
            ``clean_up_tokenization_spaces``, ``return_tensors`` and generation arguments such as ``max_length``.

    Raises:
        InputError: for an unknown task, or an argument that has no counterpart.
        ModelError: when the model cannot be had.
    """
    kind = "translation" if task.startswith("translation_") else task
    if kind not in KEYS:
        raise InputError(f"task {task!r} is not one of {', '.join(KEYS)}, translation_ar_to_en")
    if model is None:
        raise ModelError(f"{task}: name a model, such as opus-mt-ar-en or mT5-multilingual-XLSum; summ chooses none")
    options = _checked({"config": config} | options)
    parts = task.split("_")
    if kind == "translation" and len(parts) == 4 and not {"src_lang", "tgt_lang"} & options.keys():
        options |= {"src_lang": parts[1], "tgt_lang": parts[3]}
    opened = _opened(
        model, tokenizer, revision, token, _device(device), _dtype(dtype or torch_dtype), allow_pickle, offline
    )
    return Text2Text(task, kind, opened, batch_size, options)


@dataclass(frozen=True, slots=True)
class Opened:
    """A model in memory, its configuration, and what makes a family of it for a pair of languages."""

    name: str
    engine: TorchEngine
    config: Mapping[str, Any]
    family: Callable[[Wanted], HubFamily]


class Text2Text:
    """A pipeline: call it with a text, a list of texts, or anything that yields texts."""

    def __init__(self, task: str, kind: str, opened: Opened, batch_size: int, options: dict[str, Any]) -> None:
        self.task, self.batch_size = task, max(1, batch_size)
        self._kind, self._opened, self._options = kind, opened, options
        self._families: dict[tuple[str | None, str | None], HubFamily] = {}

    @property
    def model(self) -> Any:
        """The transformers model."""
        return self._opened.engine.model

    def __call__(self, inputs: Any, **options: Any) -> Any:
        """Generate.

        Args:
            inputs: a text; a list of texts; or a generator, data set or other iterable of texts.
            options: ``truncation``, ``clean_up_tokenization_spaces``, ``return_tensors``, ``src_lang``, ``tgt_lang``,
                ``max_length``, ``min_length``, ``max_new_tokens``, ``min_new_tokens``, ``num_beams``,
                ``length_penalty``, ``no_repeat_ngram_size``, ``repetition_penalty``, ``early_stopping``.

        Returns:
            ``[{"summary_text": …}]`` (or ``translation_text``, ``generated_text``) for a text; one such dictionary a
            text for a list; an iterator over such lists for an iterable.

        Raises:
            InputError: for an input that is no text, or an argument that has no counterpart.
        """
        batch = options.pop("batch_size", None) or self.batch_size
        chosen = self._options | _checked(options)
        if isinstance(inputs, str):
            return [self._records([inputs], chosen)[0]]
        if isinstance(inputs, Sequence):
            return self._records(list(inputs), chosen)
        if isinstance(inputs, Mapping) or not (hasattr(inputs, "__iter__") or hasattr(inputs, "__getitem__")):
            raise InputError(f"expected a text or texts, not {type(inputs).__name__}")
        return self._stream(inputs, batch, chosen)

    def _stream(self, inputs: Any, batch: int, options: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
        # A torch data set may have a length and items only.
        source: Iterable[Any] = inputs if hasattr(inputs, "__iter__") else (inputs[i] for i in range(len(inputs)))
        texts = iter(source)
        while group := list(islice(texts, batch)):
            for record in self._records(group, options):
                yield [record]

    def _records(self, texts: list[Any], options: dict[str, Any]) -> list[dict[str, Any]]:
        from .engines.base import Piece
        from .generation.schedule import run

        for i, text in enumerate(texts):
            if not isinstance(text, str):
                raise InputError(f"text {i + 1}: expected a string, not {type(text).__name__}")
        family = self._family(options.get("src_lang"), options.get("tgt_lang"))
        decode = self._decode(family, options)
        sources = family.sources(texts)
        # Without a table of positions any length can be read in one piece, and version 4 did.
        endless = self._kind == "text2text-generation" and not family.positions
        long = [i for i, ids in enumerate(sources) if len(ids) > family.limit and not endless]
        if long and options.get("truncation") not in (None, False, "do_not_truncate"):
            lost = sum(len(sources[i]) - family.limit for i in long)
            log.warning("%d of %d texts cut to %d tokens, %d lost", len(long), len(texts), family.limit, lost)
            sources, long = [family.cut(ids) for ids in sources], []
        most = decode.max_new_tokens or NEW_TOKENS
        if family.positions and (table := family.setting("max_position_embeddings")):
            most = min(most, int(table) - len(family.begin))
        apart = set(long)
        pieces = [Piece(ids, family.begin, most) for i, ids in enumerate(sources) if i not in apart]
        outputs = run(self._opened.engine, pieces, decode)
        unfinished = sum(not output.finished for output in outputs)
        if unfinished and self._kind == "translation":
            log.warning(
                "%d of %d translations ended at %d tokens; max_length= allows more", unfinished, len(texts), most
            )
        made = iter(outputs)
        return [
            self._whole(family, text, decode, options) if i in apart else self._record(family, next(made), options)
            for i, text in enumerate(texts)
        ]

    def _record(self, family: HubFamily, output: Output, options: dict[str, Any]) -> dict[str, Any]:
        settings = self._opened.engine.model.generation_config
        ends = settings.eos_token_id if isinstance(settings.eos_token_id, list) else [settings.eos_token_id]
        ended = output.finished or settings.forced_eos_token_id is not None
        ids = (*family.begin, *output.ids, *(ends[:1] if ended else ()))
        return self._shaped(family.decode(output.ids), ids, options)

    def _whole(self, family: HubFamily, text: str, decode: DecodeOptions, options: dict[str, Any]) -> dict[str, Any]:
        """A text over the model's limit, in chunks of whole sentences."""
        from .models.seq2seq import Seq2SeqModel

        name, engine = self._opened.name, self._opened.engine
        if self._kind == "text2text-generation":
            count = family.count([text])[0]
            raise InputError(
                f"a text of {count} tokens is over the {family.limit} of {name}; "
                "pass truncation=True, or use the task translation or summarization, which read it in chunks"
            )
        if self._kind == "summarization":
            from .summarize.abstractive import summarize
            from .summarize.length import Length

            model = Seq2SeqModel(family, engine, name=name, options=decode)
            return self._shaped(summarize(model, [text], Length())[0].text, None, options)
        from .translate.translator import Translator

        source, target = options.get("src_lang"), options.get("tgt_lang")
        if target is None and (tag := TAG.match(text)):
            # The tag before the text is meant for every sentence of it.
            target, text = tag[1] or tag[2], text[tag.end() :]
            family = self._family(source, target)
        # The limit of a chunk is that of its own length, not of the whole text.
        chunkwise = replace(decode, max_new_tokens=None, min_new_tokens=0)
        translator = Translator(
            Seq2SeqModel(family, engine, name=name, options=chunkwise),
            source_language=source or "",
            target_language=target or "",
        )
        return self._shaped(translator(text).text, None, options)

    def _shaped(self, text: str, ids: Sequence[int] | None, options: dict[str, Any]) -> dict[str, Any]:
        key = KEYS[self._kind]
        if options.get("return_tensors"):
            import torch

            if ids is None:
                raise InputError("return_tensors=True: a text read in chunks has no one sequence of ids")
            return {f"{key}_token_ids": torch.tensor(ids)}
        return {f"{key}_text": _cleaned(text) if options.get("clean_up_tokenization_spaces") else text}

    def _family(self, source: str | None, target: str | None) -> HubFamily:
        from .models.families.base import Wanted

        if (source, target) not in self._families:
            task: Task = "translation" if self._kind == "translation" else "summarization"
            words = self._task_settings().get("prefix") or self._opened.config.get("prefix") or ""
            made = self._opened.family(Wanted(source, target, task, words))
            if self._kind == "translation" and made.name in NAMED and not (source and target):
                raise InputError(f"{self._opened.name}: translation requires src_lang and tgt_lang for this model")
            self._families[source, target] = made
        return self._families[source, target]

    def _task_settings(self) -> Mapping[str, Any]:
        """``task_specific_params`` of the task; for plain ``translation``, of the first pair, as in version 4."""
        params = self._opened.config.get("task_specific_params") or {}
        if self.task == "translation":
            return next((v for k, v in params.items() if k.startswith("translation")), {})
        found = params.get(self.task)
        return found if isinstance(found, dict) else {}

    def _decode(self, family: HubFamily, options: dict[str, Any]) -> DecodeOptions:
        """Call over task over checkpoint over version 4's defaults."""
        from .models.families.base import decode_options

        checkpoint = dict(family.checkpoint.generation)
        if checkpoint.get("max_length") == 20:  # what transformers wrote where nobody chose a length
            del checkpoint["max_length"]
        settings: dict[str, Any] = {"num_beams": 4, "max_length": NEW_TOKENS + 1}
        for layer in (checkpoint, self._task_settings(), options):
            settings |= _in_total({k: v for k, v in layer.items() if v is not None and k in (*GENERATE, *LENGTHS)})
        begun = len(family.begin)
        settings["max_new_tokens"] = max(1, settings.pop("max_length") - begun)
        settings["min_new_tokens"] = max(0, settings.pop("min_length", 0) - begun)
        return decode_options(settings, begun=begun, lengths=True)


def _in_total(lengths: dict[str, Any]) -> dict[str, Any]:
    """New tokens as total lengths, the start token counted in, since a later layer may give either."""
    for new, total in (("max_new_tokens", "max_length"), ("min_new_tokens", "min_length")):
        if new in lengths:
            lengths[total] = lengths.pop(new) + 1
    return lengths


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    """Call arguments that mean something here; the harmless ones left out.

    Raises:
        InputError: for one that would be ignored otherwise.
    """
    known = (*GENERATE, *LENGTHS, *OWN)
    kept = {}
    for key, value in options.items():
        if key in known:
            kept[key] = value
        elif key not in HARMLESS or value not in HARMLESS[key]:
            raise InputError(f"{key}={value!r} has no counterpart in summ.pipeline; see docs/transformers-4.md")
    return kept


def _opened(
    model: Any,
    tokenizer: Any,
    revision: str | None,
    token: str | None,
    device: str,
    dtype: str,
    allow_pickle: bool,
    offline: bool,
) -> Opened:
    from .engines.torch import TorchEngine, check

    if not isinstance(model, str) and not hasattr(model, "__fspath__"):
        from .models.families.given import Given

        if tokenizer is None or isinstance(tokenizer, str):
            raise InputError("a model object needs its tokenizer object: tokenizer=AutoTokenizer.from_pretrained(…)")
        name = str(getattr(model, "name_or_path", "") or type(model).__name__)
        engine = TorchEngine.of(model, device)
        return Opened(name, engine, model.config.to_dict(), lambda wanted: Given(model, tokenizer, wanted))
    from .models.families.choose import family
    from .models.files import resolve
    from .models.load import identify, licence_notice

    check(device, dtype)
    name = str(model)
    if tokenizer is not None and not (isinstance(tokenizer, str) or hasattr(tokenizer, "__fspath__")):
        raise InputError("a tokenizer object goes with a model object; leave it out where the model is a name")
    if tokenizer is not None and str(tokenizer) != name:
        raise InputError(f"tokenizer={str(tokenizer)!r} is not that of the model {name!r}; leave it out")
    hub_id, pinned, entry = identify(name)
    licence_notice(name, entry)
    checkpoint = resolve(hub_id, revision=revision or pinned, offline=offline, allow_pickle=allow_pickle, token=token)
    engine = TorchEngine.load(
        checkpoint.folder,
        name=name,
        generation=checkpoint.generation,
        device=device,
        dtype=dtype,
        allow_pickle=allow_pickle,
    )
    kind = entry.family if entry else None
    return Opened(name, engine, checkpoint.config, lambda wanted: family(checkpoint, wanted, kind))


def _device(device: Any) -> str:
    if device is None:
        return "auto"
    if isinstance(device, int):
        return "cpu" if device < 0 else f"cuda:{device}"
    return str(device)


def _dtype(dtype: Any) -> str:
    return "auto" if dtype is None else str(dtype).removeprefix("torch.")


def _cleaned(text: str) -> str:
    """``clean_up_tokenization`` of transformers: no space before punctuation and English contractions."""
    for mark in (" .", " ?", " !", " ,", " n't", " 'm", " 's", " 've", " 're"):
        text = text.replace(mark, mark[1:])
    return text.replace(" ' ", "'")
