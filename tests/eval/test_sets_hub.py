"""Sets of the hub, against a small server that answers as the hub does."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def parquet(rows: list[dict[str, Any]]) -> bytes:
    import pyarrow as pa
    from pyarrow.parquet import write_table

    buffer = BytesIO()
    write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def archive(name: str, data: bytes) -> bytes:
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:bz2") as tar:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        tar.addfile(info, BytesIO(data))
    return buffer.getvalue()


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


CARD = b"""---
configs:
  - {config_name: arb, data_files: [{split: test, path: test/arb.jsonl}]}
  - {config_name: eng, data_files: [{split: test, path: test/eng.jsonl}]}
---
"""
FILES: dict[str, dict[str, bytes]] = {
    "news/articles": {
        "arabic/test/0000.parquet": parquet([{"id": "a", "text": "خبر أول. وفيه جملتان.", "summary": "خبر أول."}]),
        "arabic/test/0001.parquet": parquet([{"id": "b", "text": "خبر ثان.", "summary": "ثان."}]),
        "urdu/news-test.parquet": parquet([{"id": "d", "text": "خبر", "summary": "خبر"}]),
        "urdu/news-sampled_test.parquet": parquet([{"id": "e", "text": "خبر", "summary": "خبر"}]),
        "turkish/test/0000.parquet": parquet([{"id": "c", "text": "haber", "summary": "haber"}]),
    },
    "news/packed": {
        "data/ar-en.tar.bz2": archive("./ar-en_test.jsonl", jsonl([{"text": "خبر.", "summary": "News."}])),
    },
    "sentences/pairs": {
        "README.md": CARD,
        "test/arb.jsonl": jsonl([{"id": 7, "text": "صباح الخير."}, {"id": 9, "text": "مساء الخير."}]),
        "test/eng.jsonl": jsonl([{"id": 9, "text": "Good evening."}, {"id": 7, "text": "Good morning."}]),
    },
    "sentences/gated": {"README.md": CARD},
}


class Hub(BaseHTTPRequestHandler):
    """The parts of the hub's interface that reading a public data set needs."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        asked = unquote(self.rfile.read(length).decode())
        name = "/".join(urlsplit(self.path).path.split("/")[3:5])
        wanted = [path for path in FILES.get(name, {}) if path in asked]
        self.answer(200, json.dumps([self.entry(name, path) for path in wanted]).encode())

    def do_GET(self) -> None:
        parts = unquote(urlsplit(self.path).path).strip("/").split("/")
        if parts[:2] == ["api", "datasets"]:
            name, rest = "/".join(parts[2:4]), parts[4:]
            if name not in FILES:
                self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
            elif rest[:1] == ["tree"]:
                folder = "/".join(rest[2:])
                found = [path for path in FILES[name] if path.startswith(folder)]
                self.answer(200, json.dumps([self.entry(name, path) for path in found]).encode())
            else:
                siblings = [{"rfilename": path} for path in FILES[name]]
                info = {"id": name, "sha": COMMIT, "siblings": siblings, "tags": [], "private": False}
                self.answer(200, json.dumps(info).encode())
        elif parts[:1] == ["datasets"] and "resolve" in parts:
            name, path = "/".join(parts[1:3]), "/".join(parts[5:])
            if "refs/convert/parquet" in "/".join(parts):
                path = path.removeprefix("convert/parquet/")
            if name == "sentences/gated":
                self.answer(403, b"", {"X-Error-Code": "GatedRepo"})
            elif path in FILES.get(name, {}):
                self.answer(200, FILES[name][path], {"ETag": f'"{hashlib.sha1(path.encode()).hexdigest()}"'})
            else:
                self.answer(404, b"", {"X-Error-Code": "EntryNotFound"})
        else:
            self.answer(404, b"{}")

    def entry(self, name: str, path: str) -> dict[str, Any]:
        data = FILES[name][path]
        return {"type": "file", "path": path, "size": len(data), "oid": hashlib.sha1(path.encode()).hexdigest()}

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in {"X-Repo-Commit": COMMIT, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        if os.environ.get("SHOW_HUB"):
            sys.stderr.write(f"hub: {format % args}\n")


@pytest.fixture(scope="module")
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


CODE = """
import json, sys
from pathlib import Path
from summ.errors import SummError
from summ.eval.datasource import Data
from summ.eval.sets import load_set
found = []
for value in json.load(sys.stdin):
    try:
        data = load_set(Data.model_validate(value), Path("."))
        found.append([[[d.id, d.source, list(d.references)] for d in data.documents], data.origin])
    except SummError as error:
        found.append(str(error))
print(json.dumps(found))
"""


def load(home: Path, endpoint: str, *sets: dict[str, Any]) -> list[Any]:
    """Load sets in a process of its own: the hub's packages read their settings when they are imported."""
    environment = {**os.environ, "HF_HOME": str(home), "HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_XET": "1"}
    environment.pop("HF_HUB_OFFLINE", None)
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        input=json.dumps(sets),
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def test_every_way_to_name_a_set_of_the_hub(hub: str, tmp_path: Path) -> None:
    export, packed, config, missing, gated, no_file = load(
        tmp_path,
        hub,
        {
            "hub": "news/articles",
            "revision": "refs/convert/parquet",
            "files": "arabic/test/*.parquet",
            "columns": {"id": "id", "source": "text", "references": "summary"},
        },
        {
            "hub": "news/packed",
            "files": "data/ar-en.tar.bz2",
            "member": "ar-en_test.jsonl",
            "columns": {"source": "text", "references": "summary"},
        },
        {
            "hub": "sentences/pairs",
            "config": "arb",
            "split": "test",
            "columns": {"id": "id", "source": "text"},
            "references": [{"hub": "sentences/pairs", "config": "eng", "split": "test", "id": "id"}],
        },
        {"hub": "news/nothing", "split": "test", "columns": {"references": "summary"}},
        {"hub": "sentences/gated", "config": "arb", "split": "test", "columns": {"references": "text"}},
        {"hub": "news/articles", "files": "persian/*", "columns": {"references": "summary"}},
    )
    assert [document[0] for document in export[0]] == ["a", "b"]
    assert export[1]["sources"][0]["commit"] == COMMIT
    assert packed[0] == [["1", "خبر.", ["News."]]]
    assert config[0] == [["7", "صباح الخير.", ["Good morning."]], ["9", "مساء الخير.", ["Good evening."]]]
    assert missing.startswith("news/nothing: no such data set on the hub")
    assert gated.startswith(
        "sentences/gated: gated; accept its terms at https://huggingface.co/datasets/sentences/gated"
    )
    assert no_file == (
        "news/articles: no file 'persian/*' at revision main of the data set; what there is: "
        "https://huggingface.co/datasets/news/articles/tree/main"
    )


def test_either_of_two_layouts(hub: str, tmp_path: Path) -> None:
    pattern = "{}/{{test/*,news-test*}}.parquet"
    columns = {"id": "id", "source": "text", "references": "summary"}
    newer, older, neither = load(
        tmp_path,
        hub,
        *(
            {"hub": "news/articles", "files": pattern.format(name), "columns": columns}
            for name in ("arabic", "urdu", "x")
        ),
    )
    assert [document[0] for document in newer[0]] == ["a", "b"]
    assert [document[0] for document in older[0]] == ["d"]
    assert "no file 'x/{test/*,news-test*}.parquet'" in neither


def test_braces_of_a_pattern() -> None:
    from summ.eval.hub import alternatives

    assert alternatives("a/{b,c}/{d,e}.x") == ["a/b/d.x", "a/b/e.x", "a/c/d.x", "a/c/e.x"]
    assert alternatives("a/*.{x") == ["a/*.{x"] and alternatives("{a}") == ["{a}"]


def test_a_hub_that_is_away_gives_one_line(tmp_path: Path) -> None:
    away = "http://127.0.0.1:9"
    for message in load(
        tmp_path,
        away,
        {"hub": "news/articles", "split": "test", "columns": {"references": "summary"}},
        {"hub": "news/articles", "files": "a.jsonl", "columns": {"references": "summary"}},
    ):
        assert message.startswith("news/articles: the hub cannot be reached")
        assert "\n" not in message
