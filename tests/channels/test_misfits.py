"""What a channel cannot do is told while writing: each limit at its edge, in words that say what to do."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns import publication
from bot.campaigns.content import Asset, Content, Target
from bot.channels import CHANNELS, PUBLISHERS, facebook_post_body, zalo_article_body
from bot.channels.publishing import Film, Picture, Publication
from bot.misfits import misfits, told
from content import phrases

COVER = Picture(url="https://suoimo.gov.vn/a.jpg", alt="Trụ sở", width=1000, height=640, size=400_000)
PHOTO = Asset(kind="image/jpeg", url="https://suoimo.gov.vn/a.jpg", alt="Trụ sở")
POST = Publication(title="Nộp hồ sơ", text="Mời bà con.", cover=COVER)


def many(count: int) -> tuple[Picture, ...]:
    return tuple(replace(COVER, url=f"https://suoimo.gov.vn/{n}.jpg") for n in range(count))


def film(megabytes: int, kind: str = "video/mp4", *, more: int = 0) -> Film:
    return Film(path="a.mp4", kind=kind, size=megabytes * 1024**2 + more)


# channel, what is changed, the reasons expected: the last that fits and the first that does not.
CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("zalo", {}, []),
    ("zalo", {"title": "ộ" * 140}, []),
    ("zalo", {"title": "ộ" * 141}, ["title_long"]),
    ("zalo", {"title": "o\u0323\u0302" * 140}, []),  # counted after NFC
    ("zalo", {"title": "  "}, ["title_empty"]),
    ("zalo", {"description": "a" * 250}, []),
    ("zalo", {"description": "a" * 251}, ["description_long"]),
    ("zalo", {"author": "a" * 50}, []),
    ("zalo", {"author": "a" * 51}, ["author_long"]),
    ("zalo", {"text": "\n \n"}, ["text_empty"]),
    ("zalo", {"text": "a" * 100_000}, []),
    ("zalo", {"cover": None}, ["cover_missing"]),
    ("zalo", {"cover": None, "pictures": many(1)}, []),
    ("zalo", {"cover": None, "film": film(1)}, []),
    ("zalo", {"cover": replace(COVER, size=1_000_000)}, []),
    ("zalo", {"cover": replace(COVER, size=1_000_001)}, ["cover_heavy"]),
    ("zalo", {"cover": replace(COVER, width=800)}, []),
    ("zalo", {"cover": replace(COVER, width=799)}, ["cover_small"]),
    ("zalo", {"cover": replace(COVER, height=639)}, ["cover_small"]),
    ("zalo", {"cover": replace(COVER, width=0, height=0, size=0)}, []),  # not known, so not told
    ("zalo", {"cover": replace(COVER, url="http://suoimo.gov.vn/a.jpg")}, ["cover_not_public"]),
    ("zalo", {"cover": replace(COVER, url="https://127.0.0.1/a.jpg")}, ["cover_not_public"]),
    ("zalo", {"pictures": (replace(COVER, url="media/a.jpg"),)}, ["picture_not_public"]),
    ("zalo", {"pictures": many(30)}, []),
    ("zalo", {"film": film(50)}, []),
    ("zalo", {"film": film(50, more=1)}, ["film_heavy"]),
    ("zalo", {"film": film(1, "video/x-msvideo")}, []),
    ("zalo", {"film": film(1, "video/webm")}, ["film_kind"]),
    ("zalo", {"film": Film(url="https://youtu.be/a")}, []),
    ("zalo", {"film": Film(url="youtu.be/a")}, ["film_not_public"]),
    ("zalo", {"broadcast": {}}, []),
    ("zalo", {"broadcast": {"gender": "1", "cities": "0,63", "ages": "0,7", "locations": "2", "platform": "3"}}, []),
    ("zalo", {"broadcast": {"cities": "64"}}, ["target_unknown"]),
    ("zalo", {"broadcast": {"gender": "1,"}}, ["target_unknown"]),
    ("zalo", {"broadcast": {"xã": "1"}}, ["target_unknown"]),
    ("zalo", {"title": "", "text": "", "cover": None}, ["title_empty", "text_empty", "cover_missing"]),
    ("facebook", {}, []),
    ("facebook", {"title": "", "text": ""}, ["text_empty"]),
    ("facebook", {"title": "", "text": "ộ" * 63_206}, []),
    ("facebook", {"title": "", "text": "ộ" * 63_207}, ["text_long"]),
    ("facebook", {"title": "a", "text": "b" * 63_203}, []),  # the title and two line breaks are counted
    ("facebook", {"title": "a", "text": "b" * 63_204}, ["text_long"]),
    ("facebook", {"pictures": many(10)}, []),
    ("facebook", {"pictures": many(11)}, ["pictures_many"]),
    ("facebook", {"pictures": (replace(COVER, size=4 * 1024**2),)}, []),
    ("facebook", {"pictures": (replace(COVER, size=4 * 1024**2 + 1),)}, ["picture_heavy"]),
    ("facebook", {"pictures": (replace(COVER, url="http://10.0.0.1/a.jpg"),)}, ["picture_not_public"]),
    ("facebook", {"pictures": (replace(COVER, url="", path="a.jpg"),)}, []),
    ("facebook", {"film": film(1), "pictures": many(1)}, ["film_with_pictures"]),
    ("facebook", {"film": Film(url="https://youtu.be/a"), "pictures": many(1)}, []),
    ("facebook", {"film": film(1024)}, []),
    ("facebook", {"film": film(1024, more=1)}, ["film_heavy"]),
    ("facebook", {"film": film(1, "image/gif")}, ["film_kind"]),
    ("facebook", {"film": Film(url="ftp://x.vn/a.mp4", kind="video/mp4")}, ["film_not_public"]),
    ("facebook", {"link": "suoimo.gov.vn"}, ["link_not_web"]),
    ("facebook", {"broadcast": {}}, ["broadcast_unable"]),
    ("facebook", {"cover": None, "description": "a" * 5000, "author": "a" * 5000}, []),
]


@pytest.mark.parametrize(("channel", "changes", "expected"), CASES)
def test_each_limit_at_its_edge(channel: str, changes: dict[str, Any], expected: list[str]) -> None:
    found = PUBLISHERS[channel].misfits(replace(POST, **changes))
    assert [misfit.why for misfit in found] == expected
    for misfit in found:
        assert misfit.why.startswith((misfit.part, misfit.part.rstrip("s"), "target"))
        assert set(misfit.values) >= phrases.names_in(f"misfit.{misfit.why}")


# channel, letters of the text, what media, the reasons expected: channels where a person posts.
BY_HAND: list[tuple[str, int, tuple[Asset, ...], list[str]]] = [
    ("tiktok", 2200, (PHOTO,), []),
    ("tiktok", 2201, (PHOTO,), ["text_long"]),
    ("tiktok", 1, (), ["media_missing"]),
    ("tiktok", 1, (replace(PHOTO, only_cover=True),), ["media_missing"]),
    ("loudspeaker", 20_000, (), []),
    ("loudspeaker", 20_001, (), ["text_long"]),
]


@pytest.mark.parametrize(("channel", "letters", "media", "expected"), BY_HAND)
def test_a_channel_worked_by_hand_has_limits_too(
    channel: str, letters: int, media: tuple[Asset, ...], expected: list[str]
) -> None:
    content = Content(title="Nộp hồ sơ", text="a" * letters, media=media)
    assert [one.why for one in publication.misfits(content, Target(channel=channel, key="xa"))] == expected


def test_every_sentence_has_a_case_and_every_case_a_sentence() -> None:
    sentences = {key.removeprefix("misfit.") for key in phrases.phrases() if key.startswith("misfit.")}
    by_hand = {why for _, _, _, whys in BY_HAND for why in whys}
    assert sentences == by_hand | {why for _, _, whys in CASES for why in whys}


def test_the_sentence_says_by_how_much() -> None:
    (sentence,) = misfits("zalo", replace(POST, title="a" * 153))
    assert sentence == "Tiêu đề dài 153 ký tự, kênh này nhận nhiều nhất 140. Hãy bớt 13 ký tự."
    (misfit,) = PUBLISHERS["facebook"].misfits(replace(POST, pictures=many(13)))
    assert told(misfit) == "Bài có 13 ảnh, kênh này nhận nhiều nhất 10. Hãy bỏ bớt 3 ảnh."


def test_every_publisher_belongs_to_a_channel() -> None:
    assert set(PUBLISHERS) <= set(CHANNELS)
    assert all(name == publisher.name for name, publisher in PUBLISHERS.items())


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1, max_size=300)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map("\n\n".join)


def letters(text: str) -> str:
    return "".join(zalo_article_body.tidy(text).split())


@given(title=WORDS, text=TEXTS, description=st.just("") | WORDS, author=st.just("") | WORDS, count=st.integers(0, 5))
def test_an_article_loses_nothing_of_what_was_written(
    title: str, text: str, description: str, author: str, count: int
) -> None:
    post = Publication(
        title=title, text=text, description=description, author=author, cover=COVER, pictures=many(count)
    )
    wire = zalo_article_body.article(post, "")
    assert letters(wire["title"]) == letters(title)
    assert letters(wire["description"]) == (letters(description) or letters(title))
    assert letters(wire.get("author", "")) == letters(author)
    assert letters("".join(block["content"] for block in wire["body"] if block["type"] == "text")) == letters(text)
    assert [block["url"] for block in wire["body"] if block["type"] == "image"] == [one.url for one in many(count)]


@given(title=WORDS, text=TEXTS, count=st.integers(0, 3), link=st.sampled_from(["", "https://suoimo.gov.vn/tin"]))
def test_a_post_loses_nothing_of_what_was_written(title: str, text: str, count: int, link: str) -> None:
    post = Publication(title=title, text=text, link=link, pictures=many(count))
    whole = facebook_post_body.words(post)
    assert letters(text) in letters(whole)
    assert letters(title) in letters(whole)
    assert link in whole or link == facebook_post_body.link_of(post)


@given(title=WORDS, text=TEXTS, description=WORDS, author=WORDS)
def test_what_has_no_misfit_is_within_what_zalo_takes(title: str, text: str, description: str, author: str) -> None:
    post = Publication(title=title, text=text, description=description, author=author, cover=COVER)
    wire = zalo_article_body.article(post, "")
    fits = len(wire["title"]) <= 140 and len(wire["description"]) <= 250 and len(wire.get("author", "")) <= 50
    assert fits == (not [m for m in zalo_article_body.misfits(post) if m.why.endswith("_long")])
