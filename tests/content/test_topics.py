"""Topics and guides: reviewed, dated, linked; faults told with their place."""

from datetime import date
from pathlib import Path

import pytest

from content import topics
from content.faults import ContentError
from content.library import Library
from tests.content.records import line_of

YAML = """\
item: portal/otp
title: Mã OTP
aliases: [mã OTP]
answer: Đừng đưa mã cho ai.
source: Cổng Dịch vụ công quốc gia
as_of: 2026-11-22
links:
  - title: Cổng
    url: https://dichvucong.gov.vn
"""


def test_a_good_topic(tmp_path: Path) -> None:
    (tmp_path / "otp.yaml").write_text(YAML, encoding="utf-8")
    assert topics.load(tmp_path)["portal/otp"].as_of == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("old", "new", "at", "told"),
    [
        ("item: portal/otp", "item: portal/other", "item:", "item must be topic/otp or portal/otp"),
        ("item: portal/otp", "item: menu/otp", "item:", "item must be"),
        ("https://", "http://", "title: Cổng", "a link must be https"),
        ("answer: Đừng đưa mã cho ai.\n", "", "item:", "answer"),
        ("source:", "sauce:", "sauce:", "sauce"),
        ("as_of: 2026-11-22", "as_of: nay", "as_of:", "as_of"),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, at: str, told: str) -> None:
    text = YAML.replace(old, new, 1)
    (tmp_path / "otp.yaml").write_text(text, encoding="utf-8")
    found = [fault for fault in topics.read(tmp_path)[1] if told in fault.message]
    assert [(fault.file.split("/")[-1], fault.line) for fault in found] == [("otp.yaml", line_of(text, at))]
    with pytest.raises(ContentError):
        topics.load(tmp_path)


def test_real_topics_say_whence_and_when(real: Library) -> None:
    assert len(real.topics) >= 50
    poor = [t.item for t in real.topics.values() if not (t.title and t.answer and t.source and t.aliases)]
    late = [t.item for t in real.topics.values() if not date(2024, 1, 1) <= t.as_of <= date(2026, 12, 31)]
    assert (poor, late) == ([], [])


def test_real_topics_relate_to_what_exists(real: Library) -> None:
    lost = [(t.item, one) for t in real.topics.values() for one in t.related if one not in real.topics]
    assert lost == []
