"""Articles, and the command as a process."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

_WHO = ("وزير النقل", "رئيسة البلدية", "مدير المستشفى", "نقيب الصيادين", "المتحدثة باسم الجامعة", "أمين المكتبة")
_DID = ("أعلن", "أكد", "نفى", "أوضح", "ذكر")
_WHAT = (
    "أن الجسر الجديد سيفتح في الربيع المقبل",
    "أن ميزانية العام ارتفعت إلى 340 مليون دينار",
    "أن الأمطار ألحقت أضرارا بخمسة أحياء",
    "أن القطار الليلي سيعود إلى العمل بعد توقف دام عامين",
    "أن المعرض استقبل 12 ألف زائر في أسبوعه الأول",
    "أن أسعار السمك عادت إلى ما كانت عليه في الصيف",
    "أن النسخة الثانية من المسابقة ستقام في المدينة القديمة",
)
_AFTER = ("وأضاف أن الأعمال تسير كما خطط لها", "ولم يصدر تعليق من الحكومة", "وجاء ذلك في مؤتمر صحافي عقد يوم الأحد")


def article(number: int, sentences: int = 6) -> dict[str, Any]:
    """A record with an article that is like no other one."""
    choose = random.Random(number).choice
    text = " ".join(f"{choose(_DID)} {choose(_WHO)} {choose(_WHAT)}. {choose(_AFTER)}." for _ in range(sentences // 2))
    return {"id": f"a{number}", "title": f"خبر {number}", "text": f"الخبر رقم {number}. {text}", "page": number % 7}


BAD: dict[str, bytes] = {
    "not-json": b'{"id": "x", "text": ',
    "not-utf-8": b'{"text": "\xff\xfe"}',
    "not-an-object": '"نص وحده"'.encode(),
    "no-text": '{"id": "n1", "body": "نص في حقل آخر"}'.encode(),
    "wrong-type": b'{"id": "n2", "text": ["a", "b"]}',
    "empty": b'{"id": "n3", "text": " \\n\\u200f\\u0007"}',
    "nul": '{"id": "n4", "text": "قال الوزير\\u0000 ذلك"}'.encode(),
    "lone-surrogate": '{"id": "n5", "text": "قال الوزير \\ud83d ذلك"}'.encode(),
    "not-arabic": b'{"id": "n6", "text": "The minister said that the bridge would be opened in the spring."}',
}


def write_input(path: Path, count: int, *, bad_every: int = 0, sentences: int = 6) -> Path:
    """A JSONL file; each ``bad_every``-th line is one of BAD in turn."""
    kinds = list(BAD.values())
    lines = []
    for i in range(count):
        if bad_every and i % bad_every == bad_every - 1:
            lines.append(kinds[i // bad_every % len(kinds)])
        else:
            lines.append(json.dumps(article(i, sentences), ensure_ascii=False).encode())
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """``summ`` with arguments, as a process of its own."""
    command = [sys.executable, "-c", "from summ.cli.app import main; main()", *map(str, arguments)]
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    # A table as wide as the longest path: what is looked for is not broken over lines.
    options["env"] = (options.get("env") or os.environ) | {"COLUMNS": "400"}
    return subprocess.Popen(command, **options)


def summ(*arguments: object, code: int | None = 0, input: bytes | None = None, **options: Any) -> str:
    """Run ``summ`` to its end; what it wrote on standard error. Standard output must stay empty."""
    if input is not None:
        options["stdin"] = subprocess.PIPE
    process = start(*arguments, **options)
    try:
        output, errors = process.communicate(input, timeout=120)
    finally:
        process.kill()
    said = errors.decode()
    assert "Traceback" not in said, said
    assert output == b""
    if code is not None:
        assert process.returncode == code, f"exit code {process.returncode}: {said}"
    return said


def content(folder: Path) -> dict[str, bytes]:
    """What must be equal however often a job was killed: results and errors."""
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix in (".jsonl", ".parquet")}


def results(folder: Path) -> list[dict[str, Any]]:
    """The results of a JSONL job, in order."""
    return [json.loads(line) for part in sorted(folder.glob("part-*.jsonl")) for line in part.open("rb")]


def errors(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "errors.jsonl").open("rb")]


def soak(usual: int, variable: str) -> int:
    """A number of repetitions, which an environment variable may raise."""
    return int(os.environ.get(variable, usual))
