"""Charts as SVG, made here: a title and a description for who cannot see them, no script, no style."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, BAR_HEIGHT, LABEL, VALUE = 720, 26, 230, 60
"""Pixels of the picture; of a bar with its gap; of the room for its label and for its number."""
HEIGHT, AXIS, LEFT = 240, 28, 44
"""Pixels of a chart of columns; of its foot and its left edge."""
COLOURS = ("#0b5d4f", "#c77700", "#2f6fb5", "#a4373a")
FONT = "'Noto Sans', 'Segoe UI', Roboto, sans-serif"
LABEL_MAX = 34
TICKS = 8
LETTER, GAP = 7, 22
"""Pixels of a letter, about, and between two entries of the legend."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its words."""

    title: str
    description: str
    body: str
    height: int

    def svg(self, *, name: str, alone: bool = False) -> str:
        """Return the picture; `alone`, for a file of its own, it has a white ground."""
        ground = f'<rect width="{WIDTH}" height="{self.height}" fill="#ffffff"/>' if alone else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="mc-chart" viewBox="0 0 {WIDTH} {self.height}" role="img" '
            f'aria-labelledby="{name}-title {name}-desc" font-family="{FONT}" font-size="13">'
            f'<title id="{name}-title">{escape(self.title)}</title><desc id="{name}-desc">{escape(self.description)}'
            f"</desc>{ground}{self.body}</svg>"
        )


def bars(title: str, rows: Sequence[tuple[str, float, str]]) -> Chart:
    """Return lying bars: each row has a label, a value and the words for it."""
    most = max((value for _, value, _ in rows), default=0) or 1
    room = WIDTH - LABEL - VALUE
    body = "".join(_bar(place, label, value / most * room, words) for place, (label, value, words) in enumerate(rows))
    told = "; ".join(f"{label}: {words}" for label, _, words in rows)
    return Chart(title, told, body, max(1, len(rows)) * BAR_HEIGHT + 8)


def _bar(place: int, label: str, length: float, words: str) -> str:
    top = place * BAR_HEIGHT + 4
    short = label if len(label) <= LABEL_MAX else label[: LABEL_MAX - 1] + "…"
    return (
        f'<text x="{LABEL - 8}" y="{top + 15}" text-anchor="end" fill="#212529">{escape(short)}</text>'
        f'<rect x="{LABEL}" y="{top}" width="{length:.1f}" height="{BAR_HEIGHT - 6}" fill="{COLOURS[0]}" rx="2"/>'
        f'<text x="{LABEL + length + 6:.1f}" y="{top + 15}" fill="#212529">{escape(words)}</text>'
    )


def columns(title: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]) -> Chart:
    """Return standing columns, the series on top of each other, with a legend; one column a label."""
    heights = [sum(values[place] for _, values in series) for place in range(len(labels))]
    most = _ceiling(max(heights, default=0))
    step = (WIDTH - LEFT) / max(1, len(labels))
    parts = [_grid(most), *(_column(place, step, most, series) for place in range(len(labels)))]
    every = max(1, -(-len(labels) // TICKS))
    parts += [
        f'<text x="{LEFT + step * (place + 0.5):.1f}" y="{HEIGHT - 8}" text-anchor="middle" fill="#212529">'
        f"{escape(labels[place])}</text>"
        for place in range(0, len(labels), every)
    ]
    legend = _legend([name for name, _ in series])
    sums = "; ".join(f"{name}: {sum(values):g}" for name, values in series)
    ends = f"{labels[0]} – {labels[-1]}" if labels else ""
    return Chart(
        title, f"{ends}. {sums}. Nhiều nhất {max(heights, default=0):g}.", "".join(parts) + legend, HEIGHT + 24
    )


def _grid(most: float) -> str:
    foot, top = HEIGHT - AXIS, 12
    lines = [(foot, 0.0), ((foot + top) / 2, most / 2), (top, most)]
    return "".join(
        f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#adb5bd" stroke-width="1"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#212529">{_number(value)}</text>'
        for y, value in lines
    )


def _column(place: int, step: float, most: float, series: Sequence[tuple[str, Sequence[float]]]) -> str:
    room, parts = HEIGHT - AXIS - 12, []
    foot = float(HEIGHT - AXIS)
    for colour, (_, values) in zip(COLOURS, series, strict=False):
        height = values[place] / most * room
        foot -= height
        if height:
            parts.append(
                f'<rect x="{LEFT + step * place + step * 0.1:.1f}" y="{foot:.1f}" width="{step * 0.8:.1f}" '
                f'height="{height:.1f}" fill="{colour}"/>'
            )
    return "".join(parts)


def _legend(names: Sequence[str]) -> str:
    parts, left = [], LEFT
    for colour, name in zip(COLOURS, names, strict=False):
        parts.append(
            f'<rect x="{left}" y="{HEIGHT + 4}" width="12" height="12" fill="{colour}"/>'
            f'<text x="{left + 18}" y="{HEIGHT + 15}" fill="#212529">{escape(name)}</text>'
        )
        left += 18 + LETTER * len(name) + GAP
    return "".join(parts)


def _ceiling(most: float) -> int:
    """Return the number at the top of the scale: round, and even so that its half is one too."""
    power: int = 10 ** max(0, len(str(int(most))) - 1)
    return next(top * power for top in (1, 2, 4, 6, 8, 10) if top * power >= most and top * power % 2 == 0)


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".")
