"""Arabic text, no model: sentences, normalisation, script and language, decoding, chunks."""

from __future__ import annotations

from .chunks import Chunk, TokenCounter, pack
from .decode import decode_bytes
from .language import LanguageGuess, detect_language, language_notice
from .normalise import STEPS, apply_steps, normalize
from .script import script_shares
from .sentences import split_sentences
from .types import Sentence

__all__ = [
    "STEPS",
    "Chunk",
    "LanguageGuess",
    "Sentence",
    "TokenCounter",
    "apply_steps",
    "decode_bytes",
    "detect_language",
    "language_notice",
    "normalize",
    "pack",
    "script_shares",
    "split_sentences",
]
