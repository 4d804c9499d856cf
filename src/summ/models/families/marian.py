"""Marian: the opus-mt models of Helsinki-NLP. Source: pieces and ``</s>``; the decoder starts from ``<pad>``.

Models with several target languages want ``>>eng<<`` before the source; some keep one vocabulary a side
(https://huggingface.co/docs/transformers/model_doc/marian).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ...errors import ModelError
from .. import languages
from ..checkpoint import read_json
from ..tokens import SentencePieceTokens, Tokens, sentencepiece_model
from .base import Frame, HubFamily


class Marian(HubFamily):
    """Folder: ``source.spm``, ``target.spm``, ``vocab.json``, sometimes ``target_vocab.json``."""

    name = "marian"
    defaults_of_config: ClassVar[Mapping[str, Any]] = {
        "vocab_size": 58101,
        "max_position_embeddings": 1024,
        "decoder_start_token_id": 58100,
        "eos_token_id": 0,
    }

    def _read_tokens(self) -> Tokens:
        name, folder = self.checkpoint.name, self.checkpoint.folder
        ids: dict[str, int] = read_json(folder / "vocab.json", name)
        if not {"</s>", "<unk>"} <= ids.keys():
            raise ModelError(f"{name}: vocab.json is missing or has no </s> and <unk>; a Marian model needs it")
        targets: dict[str, int] = ids
        if self.checkpoint.tokenizer.get("separate_vocabs"):
            targets = read_json(folder / "target_vocab.json", name)
            if not targets:
                raise ModelError(f"{name}: target_vocab.json is missing, though its vocabularies are separate")
        return SentencePieceTokens(
            sentencepiece_model(folder / "source.spm", name),
            ids,
            "<unk>",
            ("</s>", "<pad>", *(token for token in ids if _is_tag(token))),
            target=sentencepiece_model(folder / "target.spm", name),
            targets=targets,
        )

    @property
    def target_vocabulary(self) -> Sequence[str]:
        if not self.checkpoint.tokenizer.get("separate_vocabs"):
            return self.vocabulary
        targets = read_json(self.checkpoint.folder / "target_vocab.json", self.checkpoint.name)
        return self._by_id(targets, self.setting("decoder_vocab_size"))

    def _make_frame(self) -> Frame:
        tag = self._tag()
        # The space between a tag and the text is part of what such models were trained on.
        before, prefix = ((), "") if tag is None else ((tag,), " ")
        return Frame(before, (self.token("</s>"),), (self.start,), prefix)

    def sources(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        # Without a target language, texts may bring their own tag, as transformers' tokenizer has it.
        if self.wanted.target_language is not None:
            return super().sources(texts)
        tagged = [self._split(text) for text in texts]
        plain = super().sources([rest for _, rest in tagged])
        return [(*tag, *ids) for (tag, _), ids in zip(tagged, plain, strict=True)]

    def _split(self, text: str) -> tuple[tuple[int, ...], str]:
        tag, mark, rest = text.partition("<<")
        found = self.tokens.id(tag + mark) if text.startswith(">>") and mark else None
        return ((), text) if found is None else ((found,), rest)

    def _tag(self) -> int | None:
        target = self.wanted.target_language
        if target is None:
            return None
        tags = {t.strip("><"): t for t in self.tokens.names() if _is_tag(t)}
        if not tags:
            self._check_pair()
            return None
        codes = {code: code.split("_")[0] for code in tags}
        chosen = languages.choose(target.strip("><"), codes, where=f"{self.checkpoint.name} (target)")
        return self.token(tags[chosen])

    def _check_pair(self) -> None:
        wanted = self.wanted
        for side, asked in (("source", wanted.source_language), ("target", wanted.target_language)):
            has = self.checkpoint.tokenizer.get(f"{side}_lang")
            if isinstance(has, str) and asked and languages.same(asked, has) is False:
                raise ModelError(f"{self.checkpoint.name}: its {side} language is {has!r}, not {asked!r}")


def _is_tag(token: str) -> bool:
    return token.startswith(">>") and token.endswith("<<")
