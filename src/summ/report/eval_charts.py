"""Charts of scores as SVG within the page. A number stands beside every mark: nothing is said by shape alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, LABEL, RIGHT = 800, 190, 60  # of the chart, of the names at its left, of the numbers at its right: user units
ROW = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A system in a chart; all figures are in the units that the page shows.

    Attributes:
        values: the scores of its documents.
    """

    name: str
    score: float
    low: float
    high: float
    values: tuple[float, ...] = ()


def interval_chart(lines: Sequence[Line], *, title: str) -> Markup:
    """Scores with their intervals, one row a system."""
    axis = _Axis.around([x for line in lines for x in (line.low, line.high)])
    height = ROW * len(lines) + 34
    parts = [axis.grid(height - 26)]
    for number, line in enumerate(lines):
        y = ROW * number + 18
        parts.append(
            Markup(
                '<text class="name" x="{}" y="{}">{}</text>'
                '<line class="whisker" x1="{:.1f}" x2="{:.1f}" y1="{y}" y2="{y}"/>'
                '<line class="whisker" x1="{a:.1f}" x2="{a:.1f}" y1="{top}" y2="{bottom}"/>'
                '<line class="whisker" x1="{b:.1f}" x2="{b:.1f}" y1="{top}" y2="{bottom}"/>'
                '<circle class="dot" cx="{:.1f}" cy="{y}" r="4.5"/><text class="value" x="{}" y="{}">{:.1f}</text>'
            ).format(
                LABEL - 12, y + 4, _short(line.name), axis.x(line.low), axis.x(line.high), axis.x(line.score),
                WIDTH, y + 4, line.score, y=y, a=axis.x(line.low), b=axis.x(line.high), top=y - 5, bottom=y + 5,
            )
        )  # fmt: skip
    parts.append(axis.labels(height - 10))
    return _svg(height, title, parts)


def distribution_chart(lines: Sequence[Line], *, title: str, highest: float | None = None) -> Markup:
    """How the scores of documents are spread: a histogram a system, with median and middle half.

    Args:
        highest: the end of the scale; the largest score if None.
    """
    top = max([highest or 0.0, *(value for line in lines for value in line.values)])
    axis = _Axis(0.0, top or 1.0, _step(top or 1.0))
    bins = 40
    row, curve = 56, 36
    counts = [_histogram(line.values, axis.high, bins) for line in lines]
    height = row * len(lines) + 34
    parts = [axis.grid(height - 26)]
    for number, (line, found) in enumerate(zip(lines, counts, strict=True)):
        base, peak = row * number + 44, max(found) or 1
        low, middle, high = (_quantile(line.values, share) for share in (0.25, 0.5, 0.75))
        edges = [axis.x(axis.high * i / bins) for i in range(bins + 1)]
        steps = " ".join(f"V{base - curve * count / peak:.1f} H{edges[i + 1]:.1f}" for i, count in enumerate(found))
        parts.append(
            Markup(
                '<text class="name" x="{}" y="{}">{}</text><path class="area" d="M{:.1f} {base} {} V{base} Z"/>'
                '<line class="middle" x1="{:.1f}" x2="{:.1f}" y1="{y}" y2="{y}"/>'
                '<line class="median" x1="{m:.1f}" x2="{m:.1f}" y1="{}" y2="{}"/>'
                '<text class="value" x="{}" y="{}">{:.1f}</text>'
            ).format(
                LABEL - 12, base - 6, _short(line.name), edges[0], Markup(steps), axis.x(low), axis.x(high),
                base - curve, base + 7, WIDTH, base - 6, middle, base=base, y=base + 4, m=axis.x(middle),
            )
        )  # fmt: skip
    parts += [
        axis.labels(height - 10),
        Markup('<text class="tick end" x="{}" y="{}">median</text>').format(WIDTH, height - 10),
    ]
    return _svg(height, title, parts)


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float
    step: float

    @classmethod
    def around(cls, values: Sequence[float]) -> _Axis:
        low, high = min(values), max(values)
        step = _step(high - low or abs(high) or 1.0)
        return cls(math.floor(low / step) * step, math.ceil(high / step) * step or step, step)

    def x(self, value: float) -> float:
        return LABEL + (WIDTH - LABEL - RIGHT) * (value - self.low) / (self.high - self.low or 1.0)

    def ticks(self) -> list[float]:
        count = math.floor((self.high - self.low) / self.step + 1e-9)
        return [self.low + self.step * i for i in range(count + 1)]

    def grid(self, bottom: float) -> Markup:
        line = Markup('<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="2" y2="{y}"/>')
        return Markup("").join(line.format(x=self.x(tick), y=bottom) for tick in self.ticks())

    def labels(self, y: float) -> Markup:
        text = Markup('<text class="tick" x="{:.1f}" y="{}">{:g}</text>')
        return Markup("").join(text.format(self.x(tick), y, round(tick, 6)) for tick in self.ticks())


def _step(span: float) -> float:
    """A round step that cuts a span into four to eight."""
    size = 10.0 ** math.floor(math.log10(span / 4))
    return next(size * factor for factor in (1, 2, 2.5, 5, 10, 20) if span / (size * factor) <= 8)


def _histogram(values: Sequence[float], highest: float, bins: int) -> list[int]:
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(bins * value / highest))] += 1
    return counts


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _short(name: str) -> str:
    return name if len(name) <= 25 else name[:24] + "…"


def _svg(height: int, title: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>').format(
        WIDTH, height, title, escape(title), Markup("").join(parts)
    )
