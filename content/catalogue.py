"""Load and validate the procedures' records; every fault with its file and line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from content.faults import ContentError, Fault, Source, build
from content.model import Fee, FeeRule, Law, Procedure, TimeLimit
from nlu.text import canonical, fold

ROOT = Path(__file__).parent / "procedures"

LEVELS = {"commune", "province", "ministry", "other"}
AUDIENCES = {"citizen", "business", "both"}
ALIASES_MIN = 5
ALIAS_WORDS_MAX = 12
FEE_MIN = 1_000
"""Smallest fee in đồng that is plausible; 20 in an export means 20,000."""
SHORT_MAX = 75
"""Longest everyday name: it has to fit a line on a phone and a button of Zalo (100 characters)."""

_CODE = re.compile(r"^\d\.\d{6}$")
_LAW = re.compile(r"^\S*\d\S*/\S+$|^Hiến pháp")
_DURATION = re.compile(
    r"\d+\s*(phút|giờ|ngày|tháng|năm)|trong ngày|ngay|không quy định|không giới hạn|nguồn chưa ghi", re.I
)
_JARGON = re.compile(r"sau đây gọi|nêu trên|quy định tại (khoản|điểm|điều)|và\/hoặc", re.I)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All records, by code, in the order of their files."""

    procedures: Mapping[str, Procedure]

    def __iter__(self) -> Iterator[Procedure]:
        return iter(self.procedures.values())

    def __len__(self) -> int:
        return len(self.procedures)

    def get(self, code: str) -> Procedure | None:
        """Return the record of `code`, or None."""
        return self.procedures.get(code)

    def with_imported(self, records: Mapping[str, Procedure]) -> "Catalogue":
        """Return the catalogue with imported records behind the curated ones, which win."""
        return Catalogue({**records, **self.procedures}) if records else self


def load(root: Path = ROOT) -> Catalogue:
    """Return every record under `root`; raise `ContentError` listing all faults."""
    catalogue, faults = read(root)
    if faults:
        raise ContentError(faults)
    return catalogue


def read(root: Path = ROOT) -> tuple[Catalogue, list[Fault]]:
    """Return the records that could be read, and every fault found."""
    procedures: dict[str, Procedure] = {}
    sources: dict[str, Source] = {}
    faults: list[Fault] = []
    for path in sorted(root.rglob("*.yaml")):
        source = Source(path, root.parent)
        record = build(Procedure, source)
        if record:
            _check(record, source)
            if record.code != path.stem:
                source.fault(f"the file's name is not its code {record.code}", "code")
            if record.code in procedures:
                source.fault(f"code {record.code} also in {sources[record.code].file}", "code")
            procedures.setdefault(record.code, record)
            sources.setdefault(record.code, source)
        faults += source.faults
    return Catalogue(procedures), faults + _aliases_of_two(procedures, sources)


def _aliases_of_two(procedures: Mapping[str, Procedure], sources: Mapping[str, Source]) -> list[Fault]:
    owners: dict[str, str] = {}
    faults = []
    for code, record in procedures.items():
        for index, alias in enumerate(record.aliases):
            # Exact spelling, not folded: diacritics tell some procedures apart.
            owner = owners.setdefault(canonical(alias).lower(), code)
            if owner != code:
                source = sources[code]
                line = source.line("aliases", index)
                faults.append(Fault(source.file, line, f"alias '{alias}' already belongs to {owner}"))
    return faults


def _check(record: Procedure, source: Source) -> None:
    """Note what no type can hold."""
    if not _CODE.match(record.code):
        source.fault(f"'{record.code}' is not a national code such as 1.001193", "code")
    if len(record.short) > SHORT_MAX:
        source.fault(f"short name of {len(record.short)} characters, at most {SHORT_MAX}", "short")
    if unknown := set(record.level) - LEVELS:
        source.fault(f"unknown level {', '.join(sorted(unknown))}; known: {', '.join(sorted(LEVELS))}", "level")
    if record.audience not in AUDIENCES:
        source.fault(f"audience must be one of {', '.join(sorted(AUDIENCES))}", "audience")
    if record.replaced_by and not record.valid_to:
        source.fault("replaced, but no valid_to", "replaced_by")
    if not record.source.url.startswith("https://"):
        source.fault("the source's url must be https", "source", "url")
    _check_lists(record, source)


def _check_lists(record: Procedure, source: Source) -> None:
    for name in ("name", "short", "summary", "authority", "result", *_NEEDED):
        if not getattr(record, name):
            source.fault(f"{name} is empty", name)
    if len(record.aliases) < ALIASES_MIN:
        source.fault(f"only {len(record.aliases)} aliases, at least {ALIASES_MIN}", "aliases")
    found = {
        "aliases": [_alias_fault(alias) for alias in record.aliases],
        "steps": [_step_fault(step) for step in record.steps],
        "time": [_time_fault(limit) for limit in record.time],
        "legal": [_law_fault(law) for law in record.legal],
        "fees": [_fee_fault(fee) for fee in record.fees],
    }
    for name, faults in found.items():
        for index, fault in enumerate(faults):
            if fault:
                source.fault(fault, name, index)


_NEEDED = ("level", "documents", "steps", "time", "fees", "where", "legal")


def _alias_fault(alias: str) -> str:
    long = len(fold(alias).split()) > ALIAS_WORDS_MAX
    return f"alias of over {ALIAS_WORDS_MAX} words; make it a training question" if long else ""


def _step_fault(step: str) -> str:
    return "office jargon; say it in plain words" if _JARGON.search(step) else ""


def _time_fault(limit: TimeLimit) -> str:
    said = _DURATION.search(limit.limit)
    return "" if said else f"'{limit.limit}' is not a time: a number with its unit, or plain words"


def _law_fault(law: Law) -> str:
    return "" if _LAW.match(law.number) else f"'{law.number}' is not the number of a legal document"


def _fee_fault(fee: Fee) -> str:
    if fee.rule is FeeRule.FIXED and not fee.amount:
        return "a fixed fee needs an amount above 0 (free by a rule is `rule: free` with its basis)"
    if fee.rule is FeeRule.FIXED and fee.amount and fee.amount < FEE_MIN:
        return f"{fee.amount} đồng: three zeros may be missing"
    if fee.rule is not FeeRule.FIXED and fee.amount is not None:
        return f"a fee that is '{fee.rule}' has no amount"
    if fee.rule is FeeRule.FREE and not fee.basis:
        return "free needs the rule that says so (basis)"
    return "a formula needs its words (text)" if fee.rule is FeeRule.FORMULA and not fee.text else ""
