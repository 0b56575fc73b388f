"""Every kind of fault is told with its place; the real content has none."""

from pathlib import Path

import pytest

from content import catalogue
from content.faults import ContentError, Fault
from content.library import Library
from tests.content.records import YAML, line_of


def faults_of(root: Path, *texts: str) -> list[Fault]:
    """Return the faults of a catalogue whose files hold `texts`; the first is 1.000001, then 1.000002…"""
    for number, text in enumerate(texts, 1):
        (root / f"1.00000{number}.yaml").write_text(text, encoding="utf-8")
    return catalogue.read(root)[1]


def second(**named: str) -> str:
    """Return another good record: a different code, name and aliases."""
    text = YAML.replace("1.000001", named.get("code", "1.000002"))
    return text.replace("giấy thử", "giấy khác").replace("- đăng ký thử", f"- {named.get('alias', 'đăng ký khác')}")


def test_a_good_record_has_no_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path, YAML, second()) == []
    assert catalogue.load(tmp_path).procedures.keys() == {"1.000001", "1.000002"}


@pytest.mark.parametrize(
    ("old", "new", "at", "told"),
    [
        ("legal:\n", "", "code:", "legal"),
        ("short: Đăng ký thử\n", "", "code:", "short"),
        ("audience: citizen", "audience: citizen\ncolour: red", "colour", "colour"),
        ("amount: 8000", "amount: 8000\n    currency: VND", "currency", "currency"),
        ("amount: 8000", "amount: nhiều", "amount", "amount"),
        ("- commune", "- village", "- village", "unknown level village"),
        ("audience: citizen", "audience: dân", "audience", "audience must be one of"),
        ("field: Thử", "field: Thử\nfield: Hai", "field: Hai", "'field' stands twice"),
        ("amount: 8000", "amount: 20", "rule:", "three zeros may be missing"),
        ("amount: 8000", "amount: 0", "rule:", "needs an amount above 0"),
        ("rule: fixed\n    amount: 8000", "rule: fixed", "rule:", "needs an amount above 0"),
        ("rule: fixed\n    amount: 8000", "rule: free", "rule:", "free needs the rule"),
        ("rule: fixed", "rule: province", "rule:", "has no amount"),
        ("rule: fixed\n    amount: 8000", "rule: formula", "rule:", "a formula needs its words"),
        ("rule: fixed", "rule: cheap", "rule:", "fees.0.rule"),
        ("3 ngày làm việc", "'1'", "limit:", "'1' is not a time"),
        ("number: 60/2014/QH13", "number: Luật Thử", "number:", "not the number of a legal document"),
        ("Nộp tờ khai ở xã.", "Nộp theo quy định tại khoản 2.", "khoản 2", "office jargon"),
        ("https://dichvucong", "http://dichvucong", "url:", "must be https"),
        ("as_of: 2026-06-10", "as_of: hôm qua", "as_of", "source.as_of"),
        ("  - cấp giấy thử\n", "", "- đăng ký thử", "only 4 aliases, at least 5"),
        ("- cấp giấy thử", "- " + "rất " * 12 + "dài", "dài", "alias of over 12 words"),
        ("short: Đăng ký thử", "short: " + "dài " * 30, "short:", "short name of"),
        ("where:\n  - Một cửa của xã.", "where: []", "where:", "where is empty"),
        ("code: '1.000001'", "code: '1.000001'\nreplaced_by: ['1.000002']", "replaced_by", "replaced, but no valid_to"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, at: str, told: str) -> None:
    text = YAML.replace(old, new, 1)
    if old == "legal:\n":  # the whole list goes
        text = YAML.replace("legal:\n  - number: 60/2014/QH13\n    title: Luật Thử\n", "")
    found = faults_of(tmp_path, text)
    assert [told in fault.message for fault in found] == [True], found
    assert (found[0].file.split("/")[-1], found[0].line) == ("1.000001.yaml", line_of(text, at))
    assert str(found[0]).startswith(f"{found[0].file}:{found[0].line}: ")


def test_a_code_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "khai-sinh.yaml").write_text(YAML.replace("1.000001", "khai-sinh"), encoding="utf-8")
    (fault,) = catalogue.read(tmp_path)[1]
    assert (fault.line, "not a national code" in fault.message) == (1, True)


def test_a_file_is_named_after_its_code(tmp_path: Path) -> None:
    (tmp_path / "1.000009.yaml").write_text(YAML, encoding="utf-8")
    (fault,) = catalogue.read(tmp_path)[1]
    assert (fault.line, fault.message) == (1, "the file's name is not its code 1.000001")


def test_two_records_of_one_code(tmp_path: Path) -> None:
    messages = [fault.message for fault in faults_of(tmp_path, YAML, second(code="1.000001"))]
    assert any(message.startswith("code 1.000001 also in") for message in messages), messages


@pytest.mark.parametrize("alias", ["đăng ký thử", "Đăng ký  thử"])
def test_an_alias_belongs_to_one_record(tmp_path: Path, alias: str) -> None:
    text = second(alias=alias)
    (fault,) = faults_of(tmp_path, YAML, text)
    assert fault.file.endswith("1.000002.yaml")
    assert fault.line == line_of(text, "aliases:") + 1
    assert fault.message.endswith("already belongs to 1.000001")


def test_other_diacritics_are_another_alias(tmp_path: Path) -> None:
    assert faults_of(tmp_path, YAML, second(alias="đang ky thu")) == []


def test_bad_yaml_tells_its_line_and_hides_no_other_file(tmp_path: Path) -> None:
    broken = YAML.replace("field: Thử", "field: [Thử")
    found = faults_of(tmp_path, broken, second().replace("amount: 8000", "amount: 20"))
    assert [fault.file.split("/")[-1] for fault in found] == ["1.000001.yaml", "1.000002.yaml"]
    assert found[0].line >= line_of(broken, "field:")
    assert "not valid YAML" in found[0].message


@pytest.mark.parametrize("content", [b"", b"- a\n", b"\xff\xfe"])
def test_a_file_that_is_no_record(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "1.000001.yaml").write_bytes(content)
    found, faults = catalogue.read(tmp_path)
    assert (len(found), len(faults) >= 1, faults[0].line) == (0, True, 1)


def test_load_raises_with_every_fault(tmp_path: Path) -> None:
    faults_of(tmp_path, YAML.replace("amount: 8000", "amount: 20"), second().replace("https:", "http:"))
    with pytest.raises(ContentError) as caught:
        catalogue.load(tmp_path)
    assert len(caught.value.faults) == 2
    assert len(str(caught.value).splitlines()) == 2


def test_the_real_content_has_no_fault() -> None:
    found, faults = catalogue.read()
    assert ([str(fault) for fault in faults], len(found) >= 150) == ([], True)


def test_every_record_has_source_and_date(real: Library) -> None:
    without = [p.code for p in real.catalogue if not (p.source.name and p.source.url and p.source.as_of)]
    assert without == []


@pytest.mark.parametrize("name", ["related", "confusable", "replaced_by"])
def test_records_name_records_that_exist(real: Library, name: str) -> None:
    lost = [(p.code, code) for p in real.catalogue for code in getattr(p, name) if not real.catalogue.get(code)]
    itself = [p.code for p in real.catalogue if p.code in getattr(p, name)]
    assert (lost, itself) == ([], [])
