"""What is asked back when only a thing is named."""

import pytest

from content.families import families, family_of
from content.library import Library


def test_families_name_real_procedures_and_no_name_twice(real: Library) -> None:
    names = [name for family in families() for name in family.names]
    assert len(names) == len(set(names))
    lost = [code for family in families() for code in family.codes if real.catalogue.get(code) is None]
    assert lost == []
    assert all(2 <= len(family.codes) <= 4 for family in families())


@pytest.mark.parametrize(
    ("words", "known"),
    [("can cuoc", True), ("bang lai xe", True), ("doi can cuoc", False), ("khai sinh", False), ("", False)],
)
def test_only_the_thing_itself_is_a_family(words: str, known: bool) -> None:
    assert (family_of(words) is not None) is known
