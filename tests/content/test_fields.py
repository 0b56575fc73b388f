"""Fields in everyday words: their names, their procedures, and where they stand in a sentence."""

import pytest

from content.fields import event_in, field_in, fields
from content.library import Library
from nlu.text import expand


def test_fields_name_real_procedures_and_no_name_twice(real: Library) -> None:
    names = [expand(name) for field in fields() for name in field.names]
    assert sorted(set(names)) == sorted(names)
    assert [code for field in fields() for code in field.codes if real.catalogue.get(code) is None] == []
    assert all(2 <= len(field.codes) == len(set(field.codes)) for field in fields())


def test_every_field_of_the_catalogue_with_several_procedures_is_listed(real: Library) -> None:
    listed = {code for field in fields() for code in field.codes}
    by_field: dict[str, set[str]] = {}
    for record in real.catalogue:
        by_field.setdefault(record.field, set()).add(record.code)
    assert [name for name, codes in by_field.items() if len(codes) > 1 and not codes & listed] == []


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("có việc gì về nhà đất không", "Về đất đai", "khong"),
        ("các thủ tục liên quan đến bảo hiểm xã hội", "Về bảo hiểm xã hội", ""),
        ("lĩnh vực thuế", "Về thuế", ""),
        ("danh sách thủ tục hộ tịch", "Về hộ tịch", ""),
    ],
)
def test_a_field_is_named_after_what_leads_to_it(text: str, title: str, rest: str) -> None:
    found = field_in(expand(text))
    assert found is not None
    assert (found[0].title, found[1]) == (title, rest)


@pytest.mark.parametrize("text", ["về thuế và về đất đai", "về hàng hải", "đất nhà tôi rộng", "mua xe máy"])
def test_an_unclear_field_is_none(text: str) -> None:
    assert field_in(expand(text)) is None


def test_an_event_of_a_life_is_a_field_too() -> None:
    field = event_in(expand("chị tôi sắp sinh con đầu lòng"))
    assert field is not None
    assert "1.001193" in field.codes
    assert event_in("khong co gi") is None
