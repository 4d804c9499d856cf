"""Two small charts of what the benchmarks measured, as SVG: bars of ratios, lines of growth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

INK, MUTED, BAR, OWN = "#1b1f24", "#6b7280", "#9db4c0", "#1f6f78"
FONT = 'font-family="system-ui, sans-serif"'
LINES = ("#1f6f78", "#c2703d", "#6b5b95", "#4a7c3a")


def _page(width: int, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" {FONT}>\n'
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _text(x: float, y: float, words: str, *, size: int = 13, fill: str = INK, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def bars(rows: Sequence[dict[str, Any]]) -> str:
    """Speed of every system, a group for each part; the longest bar of a group is its fastest system."""
    parts: list[str] = []
    y = 28
    for part in dict.fromkeys(row["part"] for row in rows):
        group = [row for row in rows if row["part"] == part]
        parts.append(_text(16, y, part, size=14))
        y += 14
        most = max(row["speed"] for row in group)
        for row in group:
            length = 420 * row["speed"] / most
            fill = OWN if row["system"].startswith("summ") else BAR
            parts.append(_text(250, y + 14, row["system"], fill=MUTED, anchor="end"))
            parts.append(f'<rect x="260" y="{y + 2}" width="{max(length, 1):.1f}" height="16" rx="2" fill="{fill}"/>')
            parts.append(_text(268 + length, y + 14, f"{row['speed']:,.1f} {row['unit']}/s"))
            y += 24
        y += 28
    return _page(860, y, parts)


def lines(rows: Sequence[dict[str, Any]]) -> str:
    """Seconds against sentences, both logarithmic; a line of slope one is linear growth."""
    left, top, width, height = 70, 24, 500, 360
    xs = [math.log10(row["sentences"]) for row in rows]
    ys = [math.log10(row["seconds"]) for row in rows]
    x0, x1, y0, y1 = math.floor(min(xs)), math.ceil(max(xs)), math.floor(min(ys)), math.ceil(max(ys))

    def place(x: float, y: float) -> tuple[float, float]:
        return left + width * (x - x0) / (x1 - x0), top + height * (1 - (y - y0) / (y1 - y0))

    parts = []
    for x in range(x0, x1 + 1):
        at, _ = place(x, y0)
        parts.append(f'<line x1="{at:.1f}" y1="{top}" x2="{at:.1f}" y2="{top + height}" stroke="#e5e7eb"/>')
        parts.append(_text(at, top + height + 18, f"{10**x:,}", fill=MUTED, anchor="middle"))
    for y in range(y0, y1 + 1):
        _, at = place(x0, y)
        parts.append(f'<line x1="{left}" y1="{at:.1f}" x2="{left + width}" y2="{at:.1f}" stroke="#e5e7eb"/>')
        parts.append(_text(left - 8, at + 4, f"{10.0**y:g} s", fill=MUTED, anchor="end"))
    parts.append(_text(left + width / 2, top + height + 40, "sentences", fill=MUTED, anchor="middle"))
    for number, name in enumerate(dict.fromkeys(row["name"] for row in rows)):
        colour = LINES[number % len(LINES)]
        points = [place(math.log10(r["sentences"]), math.log10(r["seconds"])) for r in rows if r["name"] == name]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(f'<rect x="{left + width + 16}" y="{top + 22 * number}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(left + width + 34, top + 11 + 22 * number, name))
    return _page(860, top + height + 56, parts)
