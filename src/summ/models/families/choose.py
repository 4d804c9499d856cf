"""Which family a checkpoint belongs to, by what its files say."""

from __future__ import annotations

from importlib import import_module

from ...errors import ModelError
from ..checkpoint import Checkpoint
from .base import HubFamily, Wanted

# Name in the catalog: module and class.
FAMILIES = {
    "marian": ("marian", "Marian"),
    "m2m100": ("m2m100", "M2M100"),
    "nllb": ("nllb", "Nllb"),
    "mbart": ("mbart", "MBart"),
    "mbart50": ("mbart", "MBart50"),
    "arabart": ("mbart", "AraBart"),
    "bart": ("bart", "Bart"),
    "t5": ("t5", "T5"),
    "madlad": ("t5", "Madlad"),
    "pegasus": ("pegasus", "Pegasus"),
    "plain": ("plain", "Plain"),
}
OTHER_HEADS = ("Classification", "ForQuestionAnswering", "ForCausalLM", "ForMaskedLM", "EncoderModel")


def family(checkpoint: Checkpoint, wanted: Wanted, name: str | None = None) -> HubFamily:
    """The family of a checkpoint.

    Args:
        name: a family of ``FAMILIES``; None to find it out.

    Raises:
        ModelError: for a checkpoint that is no encoder-decoder model, that wants its own code run, or lacks a language.
    """
    check_kind(checkpoint)
    module, cls = FAMILIES[name or recognise(checkpoint)]
    made: HubFamily = getattr(import_module(f".{module}", __package__), cls)(checkpoint, wanted)
    return made


def check_kind(checkpoint: Checkpoint) -> None:
    """Refuse what is no sequence-to-sequence model, and what needs code from its repository."""
    config, kind = checkpoint.config, checkpoint.config.get("model_type")
    if config.get("auto_map") or checkpoint.tokenizer.get("auto_map"):
        raise ModelError(f"{checkpoint.name}: wants code from its own repository run (auto_map), which summ never does")
    heads = [h for h in config.get("architectures") or () if h.endswith(OTHER_HEADS)]
    if heads:
        raise ModelError(f"{checkpoint.name}: saved as {heads[0]}, which makes no text of text; give a seq2seq model")
    if not kind:
        raise ModelError(f"{checkpoint.name}: config.json has no model_type; give a folder saved by save_pretrained")
    if _known(checkpoint) is None:
        from transformers import __version__
        from transformers.models.auto.modeling_auto import MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES

        if kind not in MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES:
            raise ModelError(
                f"{checkpoint.name}: model type {kind!r} is no encoder-decoder that transformers {__version__} knows; "
                "give a seq2seq model such as marian or mt5"
            )


def recognise(checkpoint: Checkpoint) -> str:
    """The name of the checkpoint's family."""
    return _known(checkpoint) or "plain"


def _known(checkpoint: Checkpoint) -> str | None:
    kind = checkpoint.config.get("model_type")
    folder = checkpoint.folder
    named = (place.get("tokenizer_class") for place in (checkpoint.tokenizer, checkpoint.config))
    cls = str(next(filter(None, named), "")).removesuffix("Fast")
    match kind:
        case "marian" | "bart" | "pegasus":
            return str(kind)
        case "m2m_100":
            # Both have one architecture; only M2M100 keeps its vocabulary in vocab.json.
            return "m2m100" if cls == "M2M100Tokenizer" or (not cls and (folder / "vocab.json").is_file()) else "nllb"
        case "nllb-moe":
            return "nllb"
        case "mbart":
            by_class = {"MBart50Tokenizer": "mbart50", "MBartTokenizer": "mbart", "BarthezTokenizer": "arabart"}
            return by_class.get(cls) or _mbart(checkpoint)
        case "t5" | "mt5" | "umt5":
            return "madlad" if _has_tags(checkpoint) else "t5"
    return None


def _mbart(checkpoint: Checkpoint) -> str:
    """The kind of an mBART checkpoint whose tokenizer class says nothing: by the languages in its vocabulary."""
    from ..tokens import json_tokens

    path = checkpoint.folder / "tokenizer.json"
    if path.is_file():
        tokens = json_tokens(path, checkpoint.name)
        return "mbart50" if tokens.id("gl_ES") is not None else "mbart" if tokens.id("ar_AR") is not None else "arabart"
    # 25 languages, and <s> <pad> </s> <unk> <mask>: what an mBART vocabulary has beyond its SentencePiece model.
    size = int(checkpoint.config.get("vocab_size") or 0)
    return "mbart" if size == 250027 else "mbart50" if size == 250054 else "arabart"


def _has_tags(checkpoint: Checkpoint) -> bool:
    from ..tokens import json_tokens, sentencepiece_model

    folder = checkpoint.folder
    if (folder / "tokenizer.json").is_file():
        return json_tokens(folder / "tokenizer.json", checkpoint.name).id("<2en>") is not None
    if (folder / "spiece.model").is_file():
        model = sentencepiece_model(folder / "spiece.model", checkpoint.name)
        return int(model.piece_to_id("<2en>")) != int(model.unk_id())
    return False
