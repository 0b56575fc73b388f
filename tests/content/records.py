"""A small complete record, as YAML for the catalogue and as a value for the wording."""

from dataclasses import replace
from datetime import date
from typing import Any

from content.agency import AgencyFacts
from content.compose import answer
from content.model import (
    Aspect,
    Document,
    DocumentCase,
    Fee,
    FeeRule,
    Law,
    Online,
    OnlineLevel,
    Procedure,
    Source,
    TimeLimit,
)

TODAY = date(2026, 11, 22)

YAML = """\
code: '1.000001'
name: Thủ tục đăng ký thử
short: Đăng ký thử
aliases:
  - đăng ký thử
  - làm giấy thử
  - xin giấy thử
  - giấy thử ở xã
  - cấp giấy thử
field: Thử
level:
  - commune
audience: citizen
life_event: birth
summary: Xin giấy thử ở xã.
authority: UBND cấp xã
documents:
  - case: ''
    items:
      - name: Tờ khai
steps:
  - Nộp tờ khai ở xã.
time:
  - limit: 3 ngày làm việc
fees:
  - rule: fixed
    amount: 8000
where:
  - Một cửa của xã.
online:
  level: có
result: Giấy thử.
legal:
  - number: 60/2014/QH13
    title: Luật Thử
source:
  name: Cổng Dịch vụ công quốc gia
  url: https://dichvucong.gov.vn/1
  as_of: 2026-06-10
"""

RECORD = Procedure(
    code="1.000001",
    name="Thủ tục đăng ký thử",
    short="Đăng ký thử",
    aliases=("đăng ký thử",),
    field="Đăng ký, quản lý thử",
    level=("commune",),
    audience="citizen",
    life_event="birth",
    summary="Xin giấy thử ở xã.",
    authority="UBND cấp xã",
    documents=(DocumentCase(case="", items=(Document(name="Tờ khai", form="Mẫu 01", copies="1 bản chính"),)),),
    steps=("Nộp tờ khai ở xã.", "Nhận giấy."),
    time=(TimeLimit(limit="3 ngày làm việc"),),
    fees=(Fee(rule=FeeRule.FIXED, amount=8000, unit="bản"),),
    where=("Một cửa của xã.",),
    online=Online(level=OnlineLevel.FULL, url="https://dichvucong.gov.vn/1"),
    result="Giấy thử.",
    conditions=("Đủ 14 tuổi.",),
    legal=(Law(number="60/2014/QH13", title="Luật Thử"),),
    source=Source(name="Cổng Dịch vụ công quốc gia", url="https://dichvucong.gov.vn/1", as_of=date(2026, 6, 10)),
)


def line_of(text: str, part: str) -> int:
    """Return the number of the first line of `text` that holds `part`."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def said(aspect: Aspect, *, facts: AgencyFacts | None = None, today: date = TODAY, **changes: Any) -> str:
    """Return the words about `aspect` of the small record with `changes`."""
    return answer(replace(RECORD, **changes), aspect, facts=facts or AgencyFacts(), today=today).text
