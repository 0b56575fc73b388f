"""The figures as tables with words: what the page shows beside each chart, and what is taken away as CSV and XLSX."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from bot import charts
from bot.charts import Chart
from bot.figures.counting import CLASSES, COUNTS, Counts
from bot.figures.reading import CALL_WAITS, Figures
from bot.sheets import Cell, Row
from content import catalogue, topics
from content.phrases import say

MOST = 15
"""Procedures and topics that a chart shows; the files have all."""


@dataclass(frozen=True, slots=True)
class Table:
    """One part of the figures: its key, title, chart, head and rows."""

    key: str
    title: str
    chart: Chart
    head: Row
    rows: Sequence[Row]


def named(figure: str) -> str:
    """Return what a figure is called."""
    return say(f"figure.{figure}.name")


def means(figure: str) -> str:
    """Return what a figure means."""
    return say(f"figure.{figure}.means")


def totals(found: Figures) -> list[tuple[str, Cell, str]]:
    """Return name, value and meaning of each figure of the whole span."""
    counts: list[tuple[str, Cell]] = [(name, getattr(found.total, name)) for name in COUNTS]
    counts.insert(1, ("people", found.people))
    told = [*counts, ("wait", lasted(found.mean_wait)), ("call", lasted(found.calls.mean))]
    return [(named(name), value, means(name)) for name, value in told]


def lasted(seconds: float | None) -> str:
    """Return a length of time in words, a dash for none."""
    if seconds is None:
        return "–"
    if seconds < 90:
        return f"{seconds:.1f} giây".replace(".", ",")
    minutes = seconds / 60
    return f"{minutes:.0f} phút" if minutes < 90 else f"{minutes / 60:.1f} giờ".replace(".", ",")


def all_of(found: Figures, *, whole: bool = False) -> list[Table]:
    """Return every table; `whole`: with every procedure and topic."""
    most = None if whole else MOST
    makers: list[Callable[[], Table]] = [
        lambda: _days(found), lambda: _people(found),
        lambda: _listed("channels", {say(f"channel.{name}"): one for name, one in found.channels.items()}, most),
        lambda: _listed("procedures", {_procedure(code): one for code, one in found.procedures.items()}, most),
        lambda: _listed("topics", {_topic(item): one for item, one in found.topics.items()}, most),
        lambda: _hours(found), lambda: _waits(found), lambda: _calls(found),
    ]  # fmt: skip
    return [make() for make in makers]


def _head(first: str) -> Row:
    return (first, *(named(name) for name in COUNTS))


def _row(label: str, counts: Counts) -> Row:
    return (label, *(getattr(counts, name) for name in COUNTS))


def _days(found: Figures) -> Table:
    title = say("chart.days")
    labels = [f"{day:%d/%m}" for day in found.days]
    series = [(named(name), [float(getattr(one, name)) for one in found.days.values()]) for name in CLASSES]
    rows = [_row(f"{day:%d/%m/%Y}", one) for day, one in found.days.items()]
    return Table("days", title, charts.columns(title, labels, series), _head("Ngày"), rows)


def _people(found: Figures) -> Table:
    title, counts = say("chart.people"), found.people_by_day
    chart = charts.columns(
        title, [f"{day:%d/%m}" for day in counts], [(named("people"), [*map(float, counts.values())])]
    )
    return Table("people", title, chart, ("Ngày", named("people")), [(f"{d:%d/%m/%Y}", n) for d, n in counts.items()])


def _hours(found: Figures) -> Table:
    title = say("chart.hours")
    series = [(named("asked"), [float(one.asked) for one in found.hours.values()])]
    chart = charts.columns(title, [f"{int(hour)}h" for hour in found.hours], series)
    rows = [_row(f"{int(hour)} giờ", one) for hour, one in found.hours.items()]
    return Table("hours", title, chart, _head("Giờ"), rows)


def _listed(key: str, counts: dict[str, Counts], most: int | None) -> Table:
    title = say(f"chart.{key}")
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1].asked, pair[0]))[:most]
    chart = charts.bars(title, [(label, one.asked, str(one.asked)) for label, one in ordered[:MOST]])
    return Table(key, title, chart, _head(title), [_row(label, one) for label, one in ordered])


def _waits(found: Figures) -> Table:
    rows = [(_within(bound), one.messages) for bound, one in found.waits.items()]
    return _classes("waits", rows)


def _calls(found: Figures) -> Table:
    calls = found.calls
    rows = [(f"đến {lasted(bound)}".replace(",0", ""), calls.within.get(bound, 0)) for bound in CALL_WAITS]
    longer = calls.answered - sum(calls.within.values())
    return _classes("calls", [*rows, ("lâu hơn", longer), ("chưa có ai trả lời", calls.asked - calls.answered)])


def _classes(key: str, rows: Sequence[tuple[str, int]]) -> Table:
    title = say(f"chart.{key}")
    chart = charts.bars(title, [(label, count, str(count)) for label, count in rows])
    return Table(key, title, chart, ("Trong vòng", "Số lượt"), rows)


def _within(bound: str) -> str:
    return f"đến {lasted(float(bound))}".replace(",0", "") if bound.isdigit() else "lâu hơn"


def _procedure(code: str) -> str:
    record = _titles().get(code)
    return f"{record} ({code})" if record else code


def _topic(item: str) -> str:
    return _titles().get(item, item)


@cache
def _titles() -> dict[str, str]:
    records = {record.code: record.short for record in catalogue.load()}
    return records | {item: topic.title for item, topic in topics.load().items()}
