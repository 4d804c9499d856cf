"""A small Hugging Face hub on 127.0.0.1, with the paths, bodies and headers of the real one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass
class Repo:
    """A model repository.

    Attributes:
        revisions: folder of each branch or pull request.
        gated: files only for those who accepted the terms.
        offers: open pull requests, as the discussions' list has them.
    """

    revisions: dict[str, Path]
    gated: bool = False
    offers: list[dict[str, Any]] = field(default_factory=list)

    def commits(self) -> dict[str, Path]:
        return {hashlib.sha1(name.encode()).hexdigest(): folder for name, folder in self.revisions.items()}


def offer(number: int, author: str = "SFconvertbot", status: str = "open") -> dict[str, Any]:
    return {
        "num": number,
        "title": "Adding `safetensors` variant of this model",
        "status": status,
        "isPullRequest": True,
        "author": {"name": author},
        "repo": {"name": "any/model", "type": "model"},
        "createdAt": "2023-04-12T10:00:00.000Z",
    }


@contextmanager
def hub(repos: dict[str, Repo]) -> Iterator[tuple[str, list[str]]]:
    """Serve repositories; gives the address and the list of paths that were asked for, which grows."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            self.answer(body=True)

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def answer(self, *, body: bool) -> None:
            address = urlsplit(self.path)
            asked.append(address.path)
            status, headers, value = respond(repos, [unquote(part) for part in address.path.strip("/").split("/")])
            data = value if isinstance(value, bytes) else json.dumps(value).encode()
            kind = "application/octet-stream" if isinstance(value, bytes) else "application/json"
            self.send_response(status)
            for name, text in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, text)
            self.end_headers()
            if body:
                self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def respond(repos: dict[str, Repo], parts: list[str]) -> tuple[int, dict[str, str], Any]:
    listing = parts[:2] == ["api", "models"]
    name = "/".join(parts[2:4] if listing else parts[:2])
    rest = parts[4:] if listing else parts[2:]
    repo = repos.get(name)
    if repo is None:
        # As the hub answers who is not logged in, whether the repository is private or is not.
        return 401, {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"}, {"error": "not found"}
    commits = repo.commits()
    names = dict(zip(repo.revisions, commits, strict=True))
    if listing and rest[:1] == ["discussions"]:
        return 200, {}, {"discussions": repo.offers, "count": len(repo.offers), "start": 0}
    if listing and (not rest or rest[0] == "revision"):
        commit = names.get(rest[1] if rest else "main")
        if commit is None:
            return 404, {"X-Error-Code": "RevisionNotFound", "X-Error-Message": f"Invalid rev id: {rest[1]}"}, {}
        return 200, {}, {"id": name, "modelId": name, "sha": commit, "private": False, "siblings": []}
    folder = commits[rest[1]]
    if listing:
        files = [
            {"type": "file", "path": p.name, "size": p.stat().st_size, "oid": hashlib.sha1(p.read_bytes()).hexdigest()}
            for p in sorted(folder.iterdir())
        ]
        return 200, {}, files
    if repo.gated:
        message = f"Access to model {name} is restricted. You must have access to it and be authenticated."
        return 401, {"X-Error-Code": "GatedRepo", "X-Error-Message": message}, {"error": message}
    data = (folder / rest[2]).read_bytes()
    return 200, {"X-Repo-Commit": rest[1], "ETag": f'"{hashlib.sha1(data).hexdigest()}"'}, data
