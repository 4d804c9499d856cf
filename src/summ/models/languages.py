"""Languages as users name them and as checkpoints do: ``ar`` is arb_Arab, ar_AR, __ar__, >>ara<< or <2ar>."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from ..errors import ModelError

# ISO 639-1, ISO 639-3, and the individual language that stands for a macrolanguage in NLLB and newer OPUS models.
_TABLE = """
af afr|am amh|ar ara arb|as asm|ast ast|ay aym ayr|az aze azj|ba bak|be bel|bg bul|bm bam|bn ben|bo bod|br bre
bs bos|ca cat|ceb ceb|cs ces|cy cym|da dan|de deu|dz dzo|ee ewe|el ell|en eng|eo epo|es spa|et est ekk|eu eus
fa fas pes|ff ful fuv|fi fin|fj fij|fo fao|fr fra|fy fry|ga gle|gd gla|gl glg|gn grn gug|gu guj|ha hau|he heb
hi hin|hr hrv|ht hat|hu hun|hy hye|id ind|ig ibo|ilo ilo|is isl|it ita|ja jpn|jv jav|ka kat|kg kon|ki kik
kk kaz|km khm|kn kan|ko kor|kr kau knc|ks kas|ku kur kmr|ky kir|lb ltz|lg lug|li lim|ln lin|lo lao|lt lit
lv lav lvs|mg mlg plt|mi mri|mk mkd|ml mal|mn mon khk|mr mar|ms msa zsm|mt mlt|my mya|nb nob|ne nep npi|nl nld
nn nno|no nor nob|ns nso|ny nya|oc oci|om orm gaz|or ori ory|pa pan|pl pol|ps pus pbt|pt por|qu que quy|rn run
ro ron|ru rus|rw kin|sa san|sc srd|sd snd|sg sag|si sin|sk slk|sl slv|sm smo|sn sna|so som|sq sqi als|sr srp
ss ssw|st sot|su sun|sv swe|sw swa swh|ta tam|te tel|tg tgk|th tha|ti tir|tk tuk|tl tgl fil|tn tsn|tr tur
ts tso|tt tat|tw twi|ug uig|uk ukr|ur urd|uz uzb uzn|vi vie|wo wol|xh xho|yi yid ydd|yo yor|zh zho cmn|zu zul
"""
ISO: dict[str, tuple[str, ...]] = {
    codes[0]: tuple(codes) for entry in _TABLE.replace("\n", "|").split("|") if (codes := entry.split())
}
_GROUP = {code: codes for codes in ISO.values() for code in reversed(codes)}


# Arabic and its varieties, by ISO 639; NLLB and OPUS models name them.
ARABIC = frozenset(["ar", "ara", "arb", "acm", "acq", "aeb", "afb", "ajp", "apc", "apd", "arq", "ars", "ary", "arz"])


def is_arabic(code: str) -> bool:
    """Whether a code names Arabic in Arabic letters: ``ar``, ``arb_Arab``, ``arz``, ``ar_AR``; not ``arb_Latn``."""
    return code.split("_")[0] in ARABIC and not code.endswith("_Latn")


def same(one: str, other: str) -> bool | None:
    """True if two ISO codes name one language, False if not, None where one of them is no code of the table."""
    if one not in _GROUP or other not in _GROUP:
        return None
    return bool(set(_GROUP[one]) & set(_GROUP[other]))


def choose(language: str, codes: Mapping[str, str], *, where: str, preferred: Collection[str] = ()) -> str:
    """The checkpoint's own code of a language.

    Args:
        language: an ISO 639-1 or 639-3 code, or one of the checkpoint's own codes.
        codes: the checkpoint's codes, each with the ISO code in it (``{"arb_Arab": "arb"}``).
        where: what is loaded, for messages.
        preferred: codes that win where an ISO code fits several.

    Raises:
        ModelError: for a language that the checkpoint lacks, with the near codes, or has in several scripts.
    """
    if language in codes:
        return language
    for candidate in _GROUP.get(language, (language,)):
        found = [code for code, iso in codes.items() if iso == candidate]
        # A bare code beside others with a script (ara, ara_Latn) is the usual script.
        first = [code for code in found if code in preferred or code == candidate] or found
        if len(first) == 1:
            return first[0]
        if first:
            raise ModelError(f"{where}: {language!r} is {' or '.join(found)} in this model; say which")
    near = _near(language, codes)
    hint = f"near codes: {', '.join(near)}" if near else f"there are {', '.join(list(codes)[:12])}"
    raise ModelError(f"{where}: knows no language {language!r}; {hint}")


def _near(language: str, codes: Mapping[str, str]) -> list[str]:
    base = language.strip("_<>").removeprefix("2").replace("-", "_").split("_")[0].lower()
    group = _GROUP.get(base, (base,))
    near = [code for code, iso in codes.items() if iso in group or iso == base]
    # Of two-letter codes every second one is "close".
    spelled = difflib.get_close_matches(language, codes, n=4, cutoff=0.5) if len(language) > 2 else []
    return list(dict.fromkeys([*near, *spelled]))[:5]
