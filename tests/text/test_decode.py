"""Bytes to text: right where it can be known, a notice where it was inferred, one clear line where it is not text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summ.errors import InputError
from summ.text import decode_bytes

TEXT = "أعلنت الوزارة الخطة اليوم.\r\nوقال الوزير إن التنفيذ يبدأ غدا في كل المدن.\n"
VOWELS = "أَعْلَنَتِ الْوِزَارَةُ الْخُطَّةَ الْيَوْمَ فِي الْمَدِينَةِ."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [TEXT, VOWELS, "Plain English text.\n", "خبر\nقصير"])
def test_unicode(encoding: str, text: str) -> None:
    assert decode_bytes(text.encode(encoding), "a.txt") == (text, None)


def test_byte_order_mark_is_dropped() -> None:
    for encoding, mark in (("utf-16-be", b"\xfe\xff"), ("utf-16-le", b"\xff\xfe"), ("utf-8", b"\xef\xbb\xbf")):
        assert decode_bytes(mark + TEXT.encode(encoding), "a.txt")[0] == TEXT


@pytest.mark.parametrize(("encoding", "name"), [("windows-1256", "Windows-1256"), ("iso8859_6", "ISO-8859-6")])
@pytest.mark.parametrize(
    "text", [TEXT, VOWELS, "مقتل ثلاثة في حادث سير", "English words, and then: القاهرة. More of them."]
)
def test_legacy(encoding: str, name: str, text: str) -> None:
    decoded, notice = decode_bytes(text.encode(encoding), "old/a.txt")
    assert decoded == text
    assert notice is not None
    assert notice.code == "legacy-encoding"
    assert notice.message.startswith(f"read as {name}")


def test_empty() -> None:
    assert decode_bytes(b"", "a.txt") == ("", None)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "Office"),
        (b"{\\rtf1\\ansi", "Rich Text"),
        (b"\x00\x01\x02\x03" * 50, "binary data"),
        (b"text\x00text", "binary data"),
        (bytes(range(1, 9)) * 20, "binary data"),
        (TEXT.encode("utf-16")[:-1], "damaged or cut short"),
        (TEXT.encode("utf-8")[:-3] + b"\xff", "not valid UTF-8"),
        (TEXT.encode("utf-8") + b"\xd8", "not valid UTF-8"),
        ("Le ministère a annoncé à Genève".encode("cp1252"), "not valid UTF-8"),
        ("Министерство объявило о новом плане".encode("cp1251"), "not valid UTF-8"),
        ("Министерство объявило о новом плане".encode("koi8-r"), "not valid UTF-8"),
        ("Η κυβέρνηση ανακοίνωσε νέα μέτρα".encode("cp1253"), "not valid UTF-8"),
        ("משרד החקלאות הודיע היום".encode("cp1255"), "not valid UTF-8"),
    ],
)
def test_not_text(data: bytes, kind: str) -> None:
    with pytest.raises(InputError) as raised:
        decode_bytes(data, "in/b.txt")
    message = str(raised.value)
    assert message.startswith("in/b.txt: ")
    assert kind in message
    assert "save" in message
    assert "\n" not in message


def test_the_broken_line_is_named() -> None:
    with pytest.raises(InputError, match="line 3"):
        decode_bytes(TEXT.encode() + b"\xff", "a.txt")


def test_a_stray_control_character_is_no_reason_to_refuse() -> None:
    text = TEXT * 3 + "\x02"
    assert decode_bytes(text.encode(), "a.txt") == (text, None)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_utf8_round_trip(text: str) -> None:
    marked = text.encode("utf-8-sig")
    assert decode_bytes(marked, "a.txt") == (text, None)


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_one_line(data: bytes) -> None:
    try:
        text, _ = decode_bytes(data, "a.txt")
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(text, str)
