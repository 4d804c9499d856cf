"""T5, mT5, AraT5 and MADLAD-400: source pieces and ``</s>``; the decoder starts from ``<pad>`` (id 0).

T5's tasks are words before the source (``summarize: ``); AraT5's fine-tuned checkpoints have their own. MADLAD-400
wants ``<2en>`` there. https://huggingface.co/docs/transformers/model_doc/t5, .../mt5, .../madlad-400

The mT5 checkpoints of CrossSum start the decoder from a token of the target's language instead, which their config.json
names (https://huggingface.co/csebuetnlp/mT5_m2m_crossSum_enhanced; all of them were trained so:
https://github.com/csebuetnlp/CrossSum/blob/main/seq2seq/trainer.sh).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from ...errors import ModelError
from .. import languages
from ..tokens import SentencePieceTokens, Tokens, json_tokens, sentencepiece_model
from .base import Frame, HubFamily

TAG = re.compile(r"<2([\w-]+)>")
# CrossSum's names of languages.
CROSSSUM = {
    name: code
    for code, names in {
        "am": "amharic", "ar": "arabic", "az": "azerbaijani", "bn": "bengali", "cy": "welsh", "en": "english",
        "es": "spanish", "fa": "persian", "fr": "french", "gd": "scottish_gaelic", "gu": "gujarati", "ha": "hausa",
        "hi": "hindi", "id": "indonesian", "ig": "igbo", "ja": "japanese", "ko": "korean", "ky": "kyrgyz",
        "mr": "marathi", "my": "burmese", "ne": "nepali", "om": "oromo", "pa": "punjabi", "pcm": "pidgin",
        "ps": "pashto", "pt": "portuguese", "rn": "kirundi", "ru": "russian", "si": "sinhala", "so": "somali",
        "sr": "serbian_cyrillic serbian_latin", "sw": "swahili", "ta": "tamil", "te": "telugu", "th": "thai",
        "ti": "tigrinya", "tr": "turkish", "uk": "ukrainian", "ur": "urdu", "uz": "uzbek", "vi": "vietnamese",
        "yo": "yoruba", "zh": "chinese_simplified chinese_traditional",
    }.items()
    for name in names.split()
}  # fmt: skip


class T5(HubFamily):
    """Folder: ``tokenizer.json`` or ``spiece.model``, or both. Relative positions: no length is impossible."""

    name = "t5"
    positions = False
    defaults_of_config: ClassVar[Mapping[str, Any]] = {
        "vocab_size": 32128,
        "n_positions": 512,
        "decoder_start_token_id": 0,
        "eos_token_id": 1,
    }
    specials: ClassVar[tuple[str, ...]] = ("<pad>", "</s>")

    def _read_tokens(self) -> Tokens:
        path = self.checkpoint.folder / "tokenizer.json"
        if path.is_file():
            return json_tokens(path, self.checkpoint.name)
        return self._from_sentencepiece()

    def _from_sentencepiece(self) -> Tokens:
        checkpoint = self.checkpoint
        model = sentencepiece_model(checkpoint.folder / "spiece.model", checkpoint.name)
        size = model.get_piece_size()
        names = {model.id_to_piece(i): i for i in range(size)}
        extra = int(checkpoint.tokenizer.get("extra_ids", 100))
        names = {f"<extra_id_{i}>": size + extra - 1 - i for i in range(extra)} | names | checkpoint.added_tokens()
        specials = (*self.specials, *(f"<extra_id_{i}>" for i in range(extra)))
        return SentencePieceTokens(model, names, model.id_to_piece(model.unk_id()), specials)

    def _make_frame(self) -> Frame:
        begin = (self.start, *self.forced)
        starts = self.checkpoint.for_task("langid_map")  # {"english": [its number, its token], …}
        self.start_is_language = bool(starts)
        if starts and self.wanted.target_language is not None:
            codes = {name: CROSSSUM.get(name, name) for name in starts}
            name = languages.choose(self.wanted.target_language, codes, where=f"{self.checkpoint.name} (target)")
            begin = (self.token(starts[name][1]),)
        return Frame((), (self.token("</s>"),), begin, self.prefix)


class Madlad(T5):
    """MADLAD-400. Folder: as T5's; the language tags are part of the SentencePiece model."""

    name = "madlad"
    specials = ("<s>", "</s>")

    def _read_tokens(self) -> Tokens:
        # SentencePiece first: it spells rare characters in bytes, which tokenizer.json may not know how to.
        if (self.checkpoint.folder / "spiece.model").is_file():
            return self._from_sentencepiece()
        return json_tokens(self.checkpoint.folder / "tokenizer.json", self.checkpoint.name, special=True)

    def _make_frame(self) -> Frame:
        codes = {m[1]: m[1].split("_")[0] for t in self.tokens.names() if (m := TAG.fullmatch(t))}
        if not codes:
            raise ModelError(f"{self.checkpoint.name}: the vocabulary has no language tags such as <2en>")
        if self.wanted.target_language is None:  # texts bring their own tag
            return Frame((), (self.token("</s>"),), (self.start,))
        wanted = self.wanted.target_language.strip("<>").removeprefix("2")
        code = languages.choose(wanted, codes, where=self.checkpoint.name)
        return Frame((), (self.token("</s>"),), (self.start,), f"<2{code}> ")
