"""The figures as tables with words: what the page shows beside each chart, and what is taken away as CSV and XLSX."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby

from bot import charts
from bot.charts import Chart
from bot.figures.counting import CLASSES, COUNTS, Counts
from bot.figures.reading import CALL_WAITS, Figures
from bot.sheets import Cell, Row
from content import catalogue, topics
from content.phrases import say

MOST = 15
"""Procedures and topics that a chart shows; the files have all."""
FEW = 3
"""What fewer questions than this were about is not told by name: who knows the place could guess who asked."""
DAYS_MAX = 62
"""Longer spans are shown by week."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One figure of the whole span; `share` is its part of the questions in percent, of those that are a part."""

    name: str
    value: Cell
    means: str
    share: int | None

    @property
    def words(self) -> str:
        """Return the value as it is read in Vietnam."""
        return f"{self.value:,}".replace(",", ".") if isinstance(self.value, int) else str(self.value)


def totals(found: Figures) -> list[Total]:
    """Return each figure of the whole span with its meaning."""
    counts: list[tuple[str, Cell]] = [(name, getattr(found.total, name)) for name in COUNTS]
    counts.insert(1, ("people", found.people))
    asked = found.total.asked
    return [
        Total(
            name=named(name), value=value, means=means(name),
            share=round(100 * int(value or 0) / asked) if name in CLASSES and asked else None,
        )
        for name, value in [*counts, ("wait", lasted(found.mean_wait)), ("call", lasted(found.calls.mean))]
    ]  # fmt: skip


def lasted(seconds: float | None) -> str:
    """Return a length of time in words, a dash for none."""
    if seconds is None:
        return "–"
    if seconds < 90:
        return f"{seconds:.1f} giây".replace(".", ",")
    minutes = seconds / 60
    return f"{minutes:.0f} phút" if minutes < 90 else f"{minutes / 60:.1f} giờ".replace(".", ",")


def all_of(found: Figures, *, whole: bool = False) -> list[Table]:
    """Return every table; `whole`: with every procedure and topic, and every day."""
    most = None if whole else MOST
    spells = _spells(found, None if whole else DAYS_MAX)
    makers: list[Callable[[], Table]] = [
        lambda: _days(found, spells), lambda: _people(found, spells),
        lambda: _listed("channels", {say(f"channel.{name}"): one for name, one in found.channels.items()}, most),
        lambda: _listed("procedures", _told(found.procedures, _procedure), most),
        lambda: _listed("topics", _told(found.topics, _topic), most),
        lambda: _hours(found), lambda: _waits(found), lambda: _calls(found),
    ]  # fmt: skip
    return [make() for make in makers]


def _head(first: str) -> Row:
    return (first, *(named(name) for name in COUNTS))


def _row(label: str, counts: Counts) -> Row:
    return (label, *(getattr(counts, name) for name in COUNTS))


def _spells(found: Figures, most: int | None) -> list[tuple[str, list[date]]]:
    """Return the days with their labels; by week where there are more than `most`."""
    days = list(found.days)
    if most is None or len(days) <= most:
        return [(f"{day:%d/%m/%Y}", [day]) for day in days]
    weeks = groupby(days, key=_monday)
    return [(f"{say('chart.week')} {monday:%d/%m/%Y}", list(several)) for monday, several in weeks]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days(found: Figures, spells: Sequence[tuple[str, list[date]]]) -> Table:
    title = say("chart.days")
    rows = [(label, _sum(found.days[day] for day in days)) for label, days in spells]
    series = [(named(name), [float(getattr(one, name)) for _, one in rows]) for name in CLASSES]
    chart = charts.columns(title, [f"{days[0]:%d/%m}" for _, days in spells], series)
    return Table("days", title, chart, _head("Ngày"), [_row(label, one) for label, one in rows])


def _people(found: Figures, spells: Sequence[tuple[str, list[date]]]) -> Table:
    """Return people by day; of a week the mean of its days, for its sum would count them several times."""
    title, counts = say("chart.people"), found.people_by_day
    rows = [(label, round(sum(counts[day] for day in days) / len(days))) for label, days in spells]
    labels = [f"{days[0]:%d/%m}" for _, days in spells]
    chart = charts.columns(title, labels, [(named("people"), [float(count) for _, count in rows])])
    return Table("people", title, chart, ("Ngày", say("chart.people_a_day")), rows)


def _sum(several: Iterable[Counts]) -> Counts:
    total = Counts()
    for one in several:
        for name in COUNTS:
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return total


def _told(counts: dict[str, Counts], word: Callable[[str], str]) -> dict[str, Counts]:
    """Return the counts by name; what was asked too seldom to be named is one line."""
    told = {word(key): one for key, one in counts.items() if one.asked >= FEW}
    few = [one for one in counts.values() if one.asked < FEW]
    return told | ({say("chart.few", count=FEW): _sum(few)} if few else {})


def _hours(found: Figures) -> Table:
    title = say("chart.hours")
    series = [(named("asked"), [float(one.asked) for one in found.hours.values()])]
    chart = charts.columns(title, [f"{int(hour)}h" for hour in found.hours], series)
    rows = [_row(f"{int(hour)} giờ", one) for hour, one in found.hours.items()]
    return Table("hours", title, chart, _head("Giờ"), rows)


def _listed(key: str, counts: dict[str, Counts], most: int | None) -> Table:
    title, few = say(f"chart.{key}"), say("chart.few", count=FEW)
    ordered = sorted(counts.items(), key=lambda pair: (pair[0] == few, -pair[1].asked, pair[0]))[:most]
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
