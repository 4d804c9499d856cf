"""Languages as the evaluation names them: by their ISO 639 codes."""

from __future__ import annotations

import re

from ..errors import InputError

_OTHER_NAMES = {"arabic": "ar", "ara": "ar", "arb": "ar", "english": "en", "eng": "en"}


def check_language(code: str) -> str:
    """A language as ISO 639 has it: what is called otherwise would not get its preset, and nobody would notice.

    Raises:
        InputError: another name, such as ``arabic``.
    """
    if meant := _OTHER_NAMES.get(code.lower()):
        raise InputError(f"unknown language {code!r}; did you mean {meant}?")
    if not re.fullmatch("[a-z]{2,3}", code):
        raise InputError(f"unknown language {code!r}: a code of two or three small letters, such as ar or en")
    return code
