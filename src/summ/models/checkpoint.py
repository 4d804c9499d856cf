"""What a checkpoint's own JSON files say: its architecture, its tokenizer, how its authors decode."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import ModelError

# Decode settings that checkpoints older than generation_config.json (2022) keep in config.json.
GENERATION_KEYS = (
    "bad_words_ids",
    "bos_token_id",
    "decoder_start_token_id",
    "early_stopping",
    "encoder_no_repeat_ngram_size",
    "eos_token_id",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "length_penalty",
    "max_length",
    "max_new_tokens",
    "min_length",
    "min_new_tokens",
    "no_repeat_ngram_size",
    "num_beams",
    "pad_token_id",
    "renormalize_logits",
    "repetition_penalty",
    "suppress_tokens",
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model's files on this machine.

    Attributes:
        folder: where they are.
        name: what the user called it.
        revision: commit of a hub model, None for a folder.
        config: config.json.
        generation: generation_config.json, and what config.json says of generation where that file is silent.
        tokenizer: tokenizer_config.json, empty if there is none.
    """

    folder: Path
    name: str
    revision: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    generation: Mapping[str, Any] = field(default_factory=dict)
    tokenizer: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, name: str, revision: str | None = None) -> Checkpoint:
        """Read the JSON files of a folder in the hub's layout.

        Raises:
            ModelError: without a readable config.json.
        """
        config = read_json(folder / "config.json", name)
        if not config:
            raise ModelError(f"{name}: no config.json in this folder; give a folder saved by save_pretrained")
        settings = _generation(config) | {
            k: v for k, v in read_json(folder / "generation_config.json", name).items() if v is not None
        }
        return cls(folder, name, revision, config, settings, read_json(folder / "tokenizer_config.json", name))

    def for_task(self, task: str) -> Mapping[str, Any]:
        """What config.json sets for a task, such as T5's prefix ``summarize: `` (``task_specific_params``)."""
        params = self.config.get("task_specific_params")
        found = params.get(task) if isinstance(params, dict) else None
        return found if isinstance(found, dict) else {}

    def added_tokens(self) -> dict[str, int]:
        """Tokens that were added to the vocabulary, and their ids."""
        listed = read_json(self.folder / "added_tokens.json", self.name)
        for i, token in (self.tokenizer.get("added_tokens_decoder") or {}).items():
            listed[token["content"] if isinstance(token, dict) else str(token)] = int(i)
        return {str(token): int(i) for token, i in listed.items()}


def read_json(path: Path, name: str) -> dict[str, Any]:
    """A JSON object, empty if there is no such file.

    Raises:
        ModelError: for a file that holds anything else.
    """
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError(f"{name}: {path.name} is not readable: {error}") from None
    if not isinstance(value, dict):
        raise ModelError(f"{name}: {path.name} is no JSON object")
    return value


def _generation(config: Mapping[str, Any]) -> dict[str, Any]:
    # An encoder-decoder of two models (BERT2BERT) keeps them in its decoder's part.
    decoder = config.get("decoder")
    places = (decoder if isinstance(decoder, dict) else {}, config)
    return {key: place[key] for place in places for key in GENERATION_KEYS if place.get(key) is not None}
