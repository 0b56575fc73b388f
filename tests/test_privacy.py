"""What is masked, what must stay, and that no log line escapes."""

import json
import logging
import time

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import log
from bot.privacy import mask, mask_log

CARD, PHONE, LONG, MAIL, DOSSIER = "[số căn cước]", "[số điện thoại]", "[dãy số]", "[email]", "[mã hồ sơ]"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("CCCD 001099012345", f"CCCD {CARD}"),
        ("CCCD 001 099 012 345", f"CCCD {CARD}"),
        ("CCCD: 001.099.012.345.", f"CCCD: {CARD}."),
        ("cccd 0010-9901-2345 nhé", f"cccd {CARD} nhé"),
        ("001099012345", CARD),
        ("tôi là 079 199 000 123", f"tôi là {CARD}"),
        ("căn cước số 279190001234", f"căn cước số {CARD}"),
        ("CMND 123456789", f"CMND {LONG}"),
        ("CMND 123 456 789", f"CMND {LONG}"),
        ("chứng minh nhân dân 123.456.789", f"chứng minh nhân dân {LONG}"),
        ("gọi 0912345678", f"gọi {PHONE}"),
        ("gọi 0912 345 678", f"gọi {PHONE}"),
        ("gọi 0912.345.678", f"gọi {PHONE}"),
        ("gọi 091-234-5678", f"gọi {PHONE}"),
        ("gọi +84912345678", f"gọi {PHONE}"),
        ("gọi +84 912 345 678", f"gọi {PHONE}"),
        ("gọi 84.912.345.678", f"gọi {PHONE}"),
        ("gọi (+84) 912 345 678", f"gọi {PHONE}"),
        ("gọi 0084912345678", f"gọi {PHONE}"),
        ("gọi +84 (0)912 345 678", f"gọi {PHONE}"),
        ("gọi (024) 3825 1234", f"gọi {PHONE}"),
        ("gọi 024 3825 1234", f"gọi {PHONE}"),
        ("0912345678/0987654321", f"{PHONE}/{PHONE}"),
        ("0912345678 001099012345", f"{PHONE} {CARD}"),
        ("thư nguyen.van-a+1@gmail.com.", f"thư {MAIL}."),
        ("LAN@xa.suoimo.gov.vn", MAIL),
        ("hồ sơ H19.25-250101-0001", f"hồ sơ {DOSSIER}"),
        ("hồ sơ h19.25.3-250101-0001 đâu", f"hồ sơ {DOSSIER} đâu"),
        ("hồ sơ 000.00.19.H19-250101-0001", f"hồ sơ {DOSSIER}"),
        ("MST 0101234567", f"MST {LONG}"),
        ("MST 0101234567-001", f"MST {LONG}"),
        ("mã số thuế 8123456789", f"mã số thuế {LONG}"),
        ("stk 19034567890123 Techcombank", f"stk {LONG} Techcombank"),
        ("chuyển vào 1903 4567 8901 23", f"chuyển vào {LONG}"),
        ("chuyển vào 0011 0012 3456 7", f"chuyển vào {LONG}"),
        ("tài khoản 150.123.456.789 nhé", f"tài khoản {CARD} nhé"),
    ],
)  # fmt: skip
def test_identifiers_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "ngày 23/11/2026", "ngày 01-07-2025 08:30", "ngày 01.07.2025 10 giờ", "2026-11-23 05:00:00",
        "2026-11-23T05:00:00Z",
        "lệ phí 1.200.000", "lệ phí 1.200.000 đồng", "từ 50.000 100.000 200.000 đồng", "150.000.000.000 đồng",
        "1.200.000.000 đ", "phí 8000 đồng", "tài khoản có 150.000.000 đồng",
        "nộp vào tài khoản 150.000.000.000 đồng", "200.000đ/lần - 300.000đ/lần",
        "thủ tục 1.001193", "thủ tục 1.001193, 2.000815 và 3.000333", "mã 1.001193 1.004194",
        "năm 2025", "năm 2024-2025", "các năm 2023 2024 2025 2026", "năm 2025 100.000 đồng",
        "Nghị định 123/2015/NĐ-CP", "Điều 12, khoản 3", "15 ngày", "gọi 113, 114, 115", "tổng đài 1900 1234",
        "H19.25", "7 giờ 30 – 17 giờ", "xin chào @ mọi người", "",
    ],
)  # fmt: skip
def test_what_is_no_identifier_stays(text: str) -> None:
    assert mask(text) == text


@given(st.text(st.sampled_from("019 .-/()+@aHđ\n"), max_size=60))
def test_masking_twice_changes_nothing_more_and_leaves_no_long_number(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(st.from_regex(r"[1-9]\d{8}|0\d{9}|\d{12}|\d{14,19}", fullmatch=True))
def test_no_bare_number_of_a_person_survives(number: str) -> None:
    assert number not in mask(f"số {number} của tôi")


def test_a_long_message_is_masked_in_no_time() -> None:
    hostile = ["1" * 4000, "1." * 2000, "0 9" * 1300, "a" * 4000, "a@" * 2000, "2024 " * 800, "cccd " * 800, "(" * 4000]
    began = time.perf_counter()
    for text in hostile:
        mask(text)
    assert time.perf_counter() - began < 1.0


def test_a_log_line_is_masked_at_every_depth() -> None:
    line = mask_log(None, "info", {
        "event": "gọi 0912345678", "timestamp": "2026-11-23T05:00:00.123456789Z", "account": 912345678,
        "nested": {"who": ["a@b.vn", ("001099012345",)]}, "error": ValueError("0912345678"), "none": None,
    })  # fmt: skip
    assert line == {
        "event": f"gọi {PHONE}", "timestamp": "2026-11-23T05:00:00.123456789Z", "account": 912345678,
        "nested": {"who": [MAIL, [CARD]]}, "error": PHONE, "none": None,
    }  # fmt: skip


def test_a_traceback_in_the_log_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        log.configure("json")
        try:
            raise ValueError("người dân 0912 345 678")
        except ValueError:
            structlog.get_logger().exception("step.failed", worker="host/1234/ab12cd")
        told = capsys.readouterr()
    finally:
        structlog.reset_defaults()
        logging.basicConfig(force=True)
    line = json.loads(told.err)
    assert told.out == ""
    assert (line["event"], line["level"], line["worker"]) == ("step.failed", "error", "host/1234/ab12cd")
    assert PHONE in line["exception"]
    assert "0912" not in told.err
