"""The wording of answers: each aspect, each kind of fee, every record aloud."""

import re
from dataclasses import replace
from datetime import date

import pytest

from content.agency import AgencyFacts, Office, facts_of
from content.catalogue import Catalogue
from content.compose import NEXT_MAX, answer, answers, day, lower_first, money
from content.library import Library
from content.model import (
    Aspect,
    Document,
    DocumentCase,
    Fee,
    FeeRule,
    Law,
    Method,
    Online,
    OnlineLevel,
    Procedure,
    TimeLimit,
)
from content.phrases import say
from content.plain import law_words, spelled_out
from tests.content.records import RECORD, TODAY, said

SOURCE = "Nguồn: Cổng Dịch vụ công quốc gia, mã 1.000001, cập nhật 10/06/2026."
PROVINCE = Fee(rule=FeeRule.PROVINCE)
OWN = Fee(rule=FeeRule.FIXED, amount=30_000)


def fee(*fees: Fee, today: date = TODAY, own: tuple[Fee, ...] = ()) -> list[str]:
    """Return the lines about `fees`, without the heading."""
    facts = AgencyFacts(fees={RECORD.code: own}) if own else AgencyFacts()
    return said(Aspect.FEE, fees=fees, today=today, facts=facts).splitlines()[1:]


def documents(*cases: DocumentCase) -> str:
    """Return the words about the papers of `cases`."""
    return said(Aspect.DOCUMENTS, documents=cases)


def case(name: str, *papers: str, show: bool = False) -> DocumentCase:
    """Return a case with papers of these names."""
    return DocumentCase(case=name, items=tuple(Document(name=paper) for paper in papers), show=show)


@pytest.mark.parametrize(
    ("aspect", "text"),
    [
        (Aspect.DOCUMENTS, "Đăng ký thử – giấy tờ cần có:\n• Tờ khai (1 bản chính)"),
        (Aspect.FEE, "Đăng ký thử – phí, lệ phí:\n• 8.000 đồng một bản."),
        (Aspect.TIME, "Đăng ký thử – thời gian làm:\n• 3 ngày làm việc."),
        (Aspect.WHERE, "Đăng ký thử – nơi nộp:\n• Một cửa của xã."),
        (Aspect.STEPS, "Đăng ký thử – các bước:\nBước 1: Nộp tờ khai ở xã.\nBước 2: Nhận giấy."),
        (Aspect.CONDITIONS, "Đăng ký thử – điều kiện:\n• Đủ 14 tuổi."),
        (Aspect.RESULT, "Đăng ký thử – kết quả:\nGiấy thử."),
        (Aspect.LEGAL, "Đăng ký thử – căn cứ:\n• Luật Thử (60/2014/QH13)"),
        (Aspect.FORMS, "Đăng ký thử – mẫu đơn, tờ khai:\n• Tờ khai – Mẫu 01"),
        (Aspect.OVERVIEW, "Đăng ký thử\nXin giấy thử ở xã.\n\n• Nơi làm: Ủy ban nhân dân (UBND) cấp xã\n"
                          "• Thời gian: 3 ngày làm việc\n• Phí: 8.000 đồng một bản"),
    ],
)  # fmt: skip
def test_each_aspect_in_words(aspect: Aspect, text: str) -> None:
    assert said(aspect) == text


@pytest.mark.parametrize(
    ("level", "key"),
    [
        (OnlineLevel.FULL, "online.full"),
        (OnlineLevel.PARTIAL, "online.partial"),
        (OnlineLevel.AVAILABLE, "online.available"),
        (OnlineLevel.NONE, "online.none"),
    ],
)
def test_how_far_it_goes_online(level: OnlineLevel, key: str) -> None:
    head, *rest = said(Aspect.ONLINE, online=Online(level=level, note="Phải ký số.")).splitlines()
    assert head == say(key, short=RECORD.short)
    assert rest[0] == "Phải ký số."
    assert (say("online.how", code=RECORD.code) in rest) is (level is not OnlineLevel.NONE)


def test_only_the_online_answer_links_to_the_portal() -> None:
    linked = {aspect: answer(RECORD, aspect, facts=AgencyFacts(), today=TODAY).links for aspect in Aspect}
    assert linked.pop(Aspect.ONLINE) == ((say("button.portal"), "https://dichvucong.gov.vn/1"),)
    assert set(linked.values()) == {()}


@pytest.mark.parametrize("aspect", list(Aspect))
def test_other_aspects_come_next(aspect: Aspect) -> None:
    nexts = answer(RECORD, aspect, facts=AgencyFacts(), today=TODAY).next
    assert len(set(nexts)) == NEXT_MAX
    assert aspect not in nexts


def test_what_is_missing_is_said_to_be_missing() -> None:
    plain = case("", "Tờ khai")
    assert said(Aspect.CONDITIONS, conditions=()) == say("answer.conditions_none", short=RECORD.short)
    assert said(Aspect.FORMS, documents=(plain,)) == say("answer.forms_none", short=RECORD.short)


# --- source --------------------------------------------------------------------------------------


def test_the_source_stands_last_with_its_date() -> None:
    assert answer(RECORD, Aspect.FEE, facts=AgencyFacts(), today=TODAY).full.endswith(f"\n\n{SOURCE}")


def test_an_imported_record_says_so() -> None:
    source = answer(replace(RECORD, imported=True), Aspect.FEE, facts=AgencyFacts(), today=TODAY).source
    assert source == "Theo dữ liệu Cổng Dịch vụ công quốc gia ngày 10/06/2026, mã 1.000001."


# --- papers --------------------------------------------------------------------------------------


def test_papers_of_all_then_shown_then_of_cases() -> None:
    text = documents(
        case("Nhờ người khác đi thay", "Giấy ủy quyền"),
        case("Xuất trình khi nộp", "Căn cước", show=True),
        case("", "Tờ khai"),
    )
    assert text.split("\n\n") == [
        "Đăng ký thử – giấy tờ cần có:\n• Tờ khai",
        "Mang theo để cán bộ xem:\n• Căn cước",
        "Trường hợp nhờ người khác đi thay – cần thêm:\n• Giấy ủy quyền",
    ]


def test_cases_alone_stand_under_the_heading_and_add_to_nothing() -> None:
    text = documents(case("Ô tô", "Đăng kiểm"), case("UBND xã giữ sổ", "Giấy giới thiệu"))
    assert text.split("\n\n") == [
        "Đăng ký thử – giấy tờ cần có:",
        "Trường hợp ô tô:\n• Đăng kiểm",
        "Trường hợp Ủy ban nhân dân (UBND) xã giữ sổ:\n• Giấy giới thiệu",
    ]


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("Nộp thêm tùy trường hợp", "Nộp thêm tùy trường hợp:"),
        ("Khi chia, tách", "Khi chia, tách – cần thêm:"),
        ("Phần của công ty", "Phần của công ty – cần thêm:"),
        ("Người nước ngoài", "Trường hợp người nước ngoài – cần thêm:"),
    ],
)
def test_a_case_reads_as_a_sentence(name: str, head: str) -> None:
    assert documents(case("", "Tờ khai"), case(name, "Giấy")).split("\n\n")[1] == f"{head}\n• Giấy"


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("", "Mang theo để cán bộ xem:"),
        ("Khách sạn", "Mang theo để cán bộ xem (khách sạn):"),
        ("Người nhận thay xuất trình", "Người nhận thay xuất trình:"),
    ],
)
def test_papers_that_are_only_shown(name: str, head: str) -> None:
    assert documents(case("", "Tờ khai"), case(name, "Căn cước", show=True)).endswith(f"\n\n{head}\n• Căn cước")


@pytest.mark.parametrize(
    ("paper", "line"),
    [
        (Document(name="Đơn", copies="2 bản", note="Theo mẫu"), "Đơn (2 bản). Theo mẫu."),
        (Document(name="Sổ (nếu có)", copies="bản gốc"), "Sổ (nếu có), bản gốc"),
        (Document(name="Bản sao học bạ", copies="1 bản sao"), "Bản sao học bạ"),
        (Document(name="Bản sao học bạ", copies="2 bản sao"), "Bản sao học bạ (2 bản sao)"),
    ],
)
def test_a_paper_in_words(paper: Document, line: str) -> None:
    assert documents(DocumentCase(case="", items=(paper,))).endswith(f"\n• {line}")


# --- fees ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (Fee(rule=FeeRule.FIXED, amount=1_200_000), "• 1.200.000 đồng."),
        (Fee(rule=FeeRule.FIXED, amount=8000, unit="bản", case="Bản sao"), "• Bản sao: 8.000 đồng một bản."),
        (Fee(rule=FeeRule.FIXED, amount=8000, method=Method.ONLINE), "• Nộp qua mạng: 8.000 đồng."),
        (Fee(rule=FeeRule.FIXED, amount=8000, method=Method.ONLINE, case="Phí khi nộp qua mạng"),
         "• Phí khi nộp qua mạng: 8.000 đồng."),
        (Fee(rule=FeeRule.FIXED, amount=8000, text="nộp một lần."), "• 8.000 đồng; nộp một lần."),
        (Fee(rule=FeeRule.FREE, basis="Luật Thử 60/2014/QH13"), "• Không mất tiền (Luật Thử 60/2014/QH13)."),
        (Fee(rule=FeeRule.FREE, basis="Luật Thử", case="Hộ nghèo"), "• Hộ nghèo: không mất tiền (Luật Thử)."),
        (Fee(rule=FeeRule.FORMULA, text="0,5% giá trị"), "• 0,5% giá trị."),
        (Fee(rule=FeeRule.FORMULA, text="tính theo giá đất", case="Thuế"), "• Thuế: tính theo giá đất."),
        (PROVINCE, f"• {say('fee.province')}."),
        (Fee(rule=FeeRule.UNKNOWN), f"• {say('fee.unknown')}."),
        (Fee(rule=FeeRule.UNKNOWN, text="nguồn để trống; hỏi xã"), "• Nguồn để trống; hỏi xã."),
        (Fee(rule=FeeRule.UNKNOWN, text="nguồn ghi “miễn phí” nhưng không dẫn quy định"), f"• {say('fee.unknown')}."),
    ],
)  # fmt: skip
def test_each_rule_in_words(one: Fee, line: str) -> None:
    assert fee(one) == [line]


HALVED = Fee(rule=FeeRule.FIXED, amount=5000, valid_to=date(2026, 12, 31))
WHOLE = Fee(rule=FeeRule.FIXED, amount=10_000, valid_from=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("today", "lines"),
    [
        (date(2026, 12, 31), ["• 5.000 đồng, đến hết ngày 31/12/2026; sau đó 10.000 đồng."]),
        (date(2027, 1, 1), ["• 10.000 đồng."]),
    ],
)
def test_a_fee_holds_on_its_days(today: date, lines: list[str]) -> None:
    assert fee(HALVED, WHOLE, today=today) == lines


def test_no_fee_that_holds_is_an_unknown_fee() -> None:
    assert fee(HALVED, today=date(2027, 1, 1)) == [f"• {say('fee.unknown')}."]
    assert say("fee.unknown")[1:] in said(Aspect.OVERVIEW, fees=(HALVED,), today=date(2027, 1, 1))


def test_the_agencys_own_fee_stands_for_the_provinces() -> None:
    copies = Fee(rule=FeeRule.FIXED, amount=8000, case="Bản sao")
    assert fee(PROVINCE, copies, own=(OWN,)) == ["• 30.000 đồng.", "• Bản sao: 8.000 đồng."]
    by_rule = replace(OWN, basis="Nghị quyết 12/2026/NQ-HĐND", text="hộ nghèo nộp một nửa")
    assert fee(PROVINCE, own=(by_rule,)) == ["• 30.000 đồng; theo Nghị quyết 12/2026/NQ-HĐND; hộ nghèo nộp một nửa."]
    late, lost = replace(PROVINCE, case="Quá hạn"), replace(PROVINCE, case="Làm lại")
    assert fee(copies, late, own=(OWN,)) == ["• Bản sao: 8.000 đồng.", "• Quá hạn: 30.000 đồng."]
    assert fee(late, own=(replace(OWN, case="Nộp muộn"),)) == ["• Nộp muộn: 30.000 đồng."]
    assert fee(late, lost, own=(OWN,)) == ["• 30.000 đồng."]  # of which of the two it is, is not said


def test_an_own_fee_that_no_longer_holds_gives_way_to_the_province() -> None:
    assert fee(PROVINCE, own=(replace(OWN, valid_to=date(2025, 12, 31)),)) == [f"• {say('fee.province')}."]


def test_own_fees_of_another_procedure_change_nothing() -> None:
    facts = AgencyFacts(fees={"1.999999": (OWN,)})
    assert "30.000" not in said(Aspect.FEE, facts=facts, fees=(PROVINCE,))


# --- overview, time, place -----------------------------------------------------------------------


def test_the_overview_says_when_there_are_other_figures() -> None:
    fees = (Fee(rule=FeeRule.FIXED, amount=15_000, case="Cá nhân", method=Method.DIRECT), OWN)
    times = (TimeLimit(limit="3 ngày", method=Method.ONLINE), TimeLimit(limit="5 ngày"))
    lines = said(Aspect.OVERVIEW, fees=fees, time=times).splitlines()
    assert lines[-2:] == [
        "• Thời gian: 3 ngày – nộp qua mạng; còn tùy trường hợp",
        "• Phí: 15.000 đồng – cá nhân, nộp trực tiếp; còn tùy trường hợp",
    ]


def test_the_overview_says_who_decides_without_the_fees_name() -> None:
    text = said(Aspect.OVERVIEW, fees=(replace(PROVINCE, case="Phí đăng ký (nếu có)"),))
    assert text.splitlines()[-1] == f"• Phí: {lower_first(say('fee.province'))}"


def test_the_same_figure_by_two_ways_is_said_once() -> None:
    ways = [Fee(rule=FeeRule.FIXED, amount=5000, method=way) for way in (Method.DIRECT, Method.ONLINE)]
    assert fee(*ways) == ["• Nộp trực tiếp hoặc nộp qua mạng: 5.000 đồng."]
    limits = tuple(TimeLimit(limit="2 ngày", method=way) for way in (Method.ONLINE, Method.POST))
    assert said(Aspect.TIME, time=limits).splitlines()[1:] == ["• Nộp qua mạng hoặc gửi bưu điện: 2 ngày."]


def test_a_note_that_says_only_what_the_source_lacks_is_left_out() -> None:
    online = Online(level=OnlineLevel.AVAILABLE, note="Nộp trên VNeID; nguồn chưa ghi rõ toàn trình hay một phần")
    assert said(Aspect.ONLINE, online=online).splitlines()[1] == "Nộp trên VNeID."
    bare = replace(online, note="Nguồn chưa ghi rõ mức độ")
    assert said(Aspect.ONLINE, online=bare).splitlines()[1] == say("online.how", code=RECORD.code)


@pytest.mark.parametrize(
    ("law", "words"),
    [
        (Law(number="60/2014/QH13", title="Luật Hộ tịch"), "Luật Hộ tịch (60/2014/QH13)"),
        (Law(number="58/2014/QH13", title="Luật cũ (hết hạn)"), "Luật cũ (hết hạn), số 58/2014/QH13"),
        (Law(number="04/2020/TT-BTP"), "Thông tư 04/2020/TT-BTP"),
        (Law(number="104/2022/NĐ-CP"), "Nghị định 104/2022/NĐ-CP"),
        (Law(number="76/2025/QH15"), "Luật 76/2025/QH15"),
        (Law(number="01/2018/TTLT-BQP"), "Thông tư liên tịch 01/2018/TTLT-BQP"),
    ],
)
def test_a_law_is_named_as_people_name_it(law: Law, words: str) -> None:
    assert law_words(law) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sổ BHXH. BHXH trả", "Sổ bảo hiểm xã hội (BHXH). BHXH trả"),
        ("Sổ BHXH (1 bản)", "Sổ bảo hiểm xã hội (1 bản)"),
        ("Nơi nộp (UBND xã)", "Nơi nộp (Ủy ban nhân dân xã)"),
        ("• UBND xã", "• Ủy ban nhân dân (UBND) xã"),
        ("Thông tư 53/2025/TT-BCA, mẫu 14-HSB, 595/QĐ-BHXH", "Thông tư 53/2025/TT-BCA, mẫu 14-HSB, 595/QĐ-BHXH"),
    ],
)
def test_an_abbreviation_is_said_in_full_once(text: str, words: str) -> None:
    assert spelled_out(text) == words


def test_several_aspects_name_the_procedure_once() -> None:
    got = answers(RECORD, (Aspect.FEE, Aspect.TIME), facts=AgencyFacts(), today=TODAY)
    assert got.text == "Đăng ký thử – phí, lệ phí:\n• 8.000 đồng một bản.\n\nThời gian làm:\n• 3 ngày làm việc."
    assert got.aspect is Aspect.FEE
    assert not {Aspect.FEE, Aspect.TIME} & set(got.next)


@pytest.mark.parametrize(
    ("limit", "line"),
    [
        (
            TimeLimit(limit="ngay trong ngày", note="Sau 15 giờ thì hôm sau."),
            "• Ngay trong ngày. Sau 15 giờ thì hôm sau.",
        ),
        (TimeLimit(limit="5 ngày.", case="Sổ mất", method=Method.POST), "• Sổ mất, gửi bưu điện: 5 ngày."),
        (TimeLimit(limit="5 ngày", method=Method.DIRECT), "• Nộp trực tiếp: 5 ngày."),
    ],
)
def test_a_time_in_words(limit: TimeLimit, line: str) -> None:
    assert said(Aspect.TIME, time=(limit,)).splitlines()[1:] == [line]


ONE_STOP = Office(name="Một cửa Suối Mơ", address="Số 1", hours="7 giờ – 17 giờ")
POLICE = Office(name="Công an xã (căn cước, thử)", address="Số 3", hours="cả ngày")


def test_where_tells_the_agencys_office() -> None:
    assert "Số 1" in said(Aspect.WHERE, facts=AgencyFacts(offices=(ONE_STOP,)))


def test_an_office_that_names_the_field_goes_first() -> None:
    text = said(Aspect.WHERE, facts=AgencyFacts(offices=(ONE_STOP, POLICE)))
    assert ("Số 3" in text, "Số 1" in text) == (True, False)


def test_an_office_is_not_told_for_a_ministrys_procedure() -> None:
    assert "Số 1" not in said(Aspect.WHERE, level=("ministry",), facts=AgencyFacts(offices=(ONE_STOP,)))


# --- expired -------------------------------------------------------------------------------------

OLD = replace(RECORD, valid_to=date(2026, 6, 30), replaced_by=("1.000002",))
NEW = replace(RECORD, code="1.000002", short="Đăng ký mới")


@pytest.mark.parametrize("aspect", list(Aspect))
def test_an_expired_record_points_to_its_successor(aspect: Aspect) -> None:
    catalogue = Catalogue({OLD.code: OLD, NEW.code: NEW})
    got = answer(OLD, aspect, facts=AgencyFacts(), today=date(2026, 7, 1), catalogue=catalogue)
    assert got.text == (
        'Thủ tục "Đăng ký thử" không còn áp dụng từ sau ngày 30/06/2026.\n'
        "Thủ tục thay thế: Đăng ký mới (mã 1.000002)."
    )  # fmt: skip
    assert (got.source, got.next, got.links) == (SOURCE, (), ())


def test_an_expired_record_without_successor_says_so() -> None:
    got = answer(OLD, Aspect.FEE, facts=AgencyFacts(), today=date(2026, 7, 1), catalogue=Catalogue({}))
    assert got.text.splitlines()[1] == say("answer.successor_unknown")


def test_a_record_answers_on_its_last_day() -> None:
    assert "8.000" in said(Aspect.FEE, valid_to=date(2026, 6, 30), today=date(2026, 6, 30))


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "text"), [(0, "0"), (8000, "8.000"), (1_200_000, "1.200.000")])
def test_money_has_dots(amount: int, text: str) -> None:
    assert money(amount) == text


@pytest.mark.parametrize(
    ("text", "small"),
    [("Nhà ở", "nhà ở"), ("UBND xã", "UBND xã"), ("Ô tô", "ô tô"), ("VNeID", "VNeID"), ("", "")],
)
def test_a_small_first_letter(text: str, small: str) -> None:
    assert lower_first(text) == small


def test_a_date_as_people_write_it() -> None:
    assert day(date(2026, 6, 1)) == "01/06/2026"


# --- all records ---------------------------------------------------------------------------------

STUMBLES = re.compile(
    r"None|  |\.\.(?!\.)(?<!\.\.\.)|[,;:.] ?[;:,]|,\.|;\.|:\.|\(\)|\) \(|\( | \)| [.,;:]|Nếu (khi|nếu|trường hợp)"
    r"|Trường hợp (Ô |trường hợp|khi|nếu)|: :|\n\n\n|\n$",
)
FACTS = facts_of({"name": "UBND xã Suối Mơ", "offices": [{"name": "Một cửa", "address": "Số 1", "hours": "7 giờ"}]})


def stumbles(record: Procedure, aspect: Aspect, library: Library) -> list[str]:
    """Return what is wrong with one answer of the real content."""
    got = answer(record, aspect, facts=FACTS, today=TODAY, catalogue=library.catalogue)
    place = f"{record.code} {aspect}"
    wrong = [f"{place}: …{got.full[max(0, m.start() - 20) : m.end() + 20]}…" for m in STUMBLES.finditer(got.full)]
    if not got.text.strip():
        wrong.append(f"{place}: empty")
    if not got.full.endswith(got.source) or record.code not in got.source:
        wrong.append(f"{place}: no source")
    wrong += [f"{place}: {line}" for line in got.full.splitlines() if line.startswith("• ") and line[2].islower()]
    return wrong


@pytest.mark.parametrize("aspect", list(Aspect))
def test_every_record_answers_without_stumbling(real: Library, aspect: Aspect) -> None:
    assert [wrong for record in real.catalogue for wrong in stumbles(record, aspect, real)] == []


def test_free_is_said_only_where_a_rule_says_so(real: Library) -> None:
    for record in real.catalogue:
        text = answer(record, Aspect.FEE, facts=AgencyFacts(), today=TODAY).text.lower()
        free = any(one.rule is FeeRule.FREE for one in record.fees)
        assert free or not re.search(r"không mất tiền|miễn phí", text), record.code


def test_papers_are_headed_by_the_procedures_name(real: Library) -> None:
    for record in real.catalogue:
        text = answer(record, Aspect.DOCUMENTS, facts=AgencyFacts(), today=TODAY).text
        assert text.startswith(spelled_out(say("answer.documents", short=record.short))), record.code
