"""Every step of a post, what it looks like, and every way of losing a receipt."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels import PUBLISHERS
from bot.channels.facebook_films import LOOKS_MAX
from bot.channels.facebook_posts import FacebookPosts
from bot.channels.publishing import Film, Picture
from bot.errors import (
    ChannelError,
    OutcomeUnknown,
    Refused,
    TryLater,
)
from tests.channels.facebook_posts.conftest import FACEBOOK, FORMS, PAGE, PICTURES, TEXT, WORDS, Scene, paths
from tests.channels.walk import Walk


def test_it_is_in_the_registry() -> None:
    assert isinstance(PUBLISHERS["facebook"], FacebookPosts)


STEPS = {
    "text": [True],
    "link": [True],
    "photo": [True, False],
    "album": [False, False, False, True],
    "upload": [False, False, False, False, True, False, False],
    "hosted": [True, False, False],
}


@pytest.mark.parametrize("form", FORMS)
def test_one_step_publishes_and_the_address_is_known_at_the_end(scene: Scene, form: str) -> None:
    steps = list(scene.walk(form).steps())
    assert [said for said, _ in steps] == STEPS[form]
    (post,) = scene.posts.published()
    last = steps[-1][1]
    assert (last.platform_id, post["message"]) == (post["id"], WORDS)
    film = f"https://www.facebook.com/{PAGE.page_id}/videos/{post['film']}/"
    assert last.link == (film if post["film"] else post["permalink_url"])
    assert scene.posts.staged() == []


def test_a_link_is_a_card_and_not_in_the_words(scene: Scene) -> None:
    scene.walk("link").last()
    (post,) = scene.posts.published()
    assert (post["message"], post["link"]) == (WORDS, "https://dichvucong.gov.vn/p/home")
    assert paths(scene.graph) == ["POST /feed"]  # the address came with the receipt


@pytest.mark.parametrize(
    ("changes", "message", "link"),
    [
        ({"title": "", "text": "Chỉ có chữ"}, "Chỉ có chữ", ""),
        ({"title": "Chào", "text": "Chào bà con"}, "Chào bà con", ""),  # the text begins with the title
        ({"title": "A\u0306n", "text": " a\n"}, "\u0102n\n\na", ""),
        ({"title": "", "text": "a", "link": "https://x.vn/đ"}, "a", "https://x.vn/%C4%91"),
        ({"title": "", "text": "a", "film": Film(url="https://youtu.be/x")}, "a", "https://youtu.be/x"),
        (
            {"title": "", "text": "a", "link": "https://x.vn", "film": Film(url="https://youtu.be/x")},
            "a\n\nhttps://youtu.be/x",
            "https://x.vn",
        ),
        ({"title": "", "text": "a", "link": "https://x.vn", "pictures": PICTURES[:1]}, "a\n\nhttps://x.vn", ""),
        ({"title": "", "text": "a", "link": "https://x.vn", "pictures": PICTURES}, "a\n\nhttps://x.vn", ""),
        ({"title": "", "text": "xem https://x.vn nhé", "link": "https://x.vn", "pictures": PICTURES[:1]},
         "xem https://x.vn nhé", ""),
    ],
)  # fmt: skip
def test_nothing_of_a_publication_is_lost(scene: Scene, changes: dict[str, Any], message: str, link: str) -> None:
    scene.walk("text", **changes).last()
    (post,) = scene.posts.published()
    assert (post["message"], post["link"]) == (message, link)


@pytest.mark.parametrize("count", [1, 2, 10])
def test_photos_keep_their_order_and_alternative_text(scene: Scene, count: int) -> None:
    pictures = tuple(Picture(url=f"https://suoimo.gov.vn/ảnh {n}.jpg", alt=f"Ảnh {n} ") for n in range(count))
    scene.walk("text", pictures=pictures).last()
    (post,) = scene.posts.published()
    assert [(photo["url"], photo["alt"]) for photo in post["photos"]] == [
        (f"https://suoimo.gov.vn/%E1%BA%A3nh%20{n}.jpg", f"Ảnh {n}") for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_a_photo_of_ours_is_sent_as_a_file(scene: Scene, tmp_path: Path, count: int) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff" * 100)
    pictures = (Picture(url="", alt="Trụ sở", path=str(tmp_path / "a.jpg")),) * count
    assert FACEBOOK.misfits(replace(TEXT, pictures=pictures)) == []
    scene.walk("text", pictures=pictures).last()
    (post,) = scene.posts.published()
    assert [(photo["size"], photo["alt"]) for photo in post["photos"]] == [(300, "Trụ sở")] * count


@pytest.mark.parametrize("form", ["photo", "album", "upload"])
def test_a_file_that_is_gone_is_refused_before_any_call(scene: Scene, tmp_path: Path, form: str) -> None:
    gone = str(tmp_path / "gone")
    changes = (
        {"film": Film(path=gone)} if form == "upload" else {"pictures": (Picture(url="", alt="a", path=gone),) * 2}
    )
    with pytest.raises(Refused, match="upload it again"):
        scene.walk(form, **changes).step()
    assert scene.graph.calls() == []


def test_staged_photos_are_removed_when_the_post_is_refused(scene: Scene) -> None:
    scene.graph.faults.arm("facebook:feed", "100")
    walk = scene.walk("album")
    with pytest.raises(Refused):
        walk.last()
    assert (scene.posts.staged(), scene.posts.published()) == ([], [])
    assert paths(scene.graph)[-4:-3] == ["POST /feed"]
    walk.memory = {}  # a person wants it again
    assert walk.last().done
    assert len(scene.posts.published()[0]["photos"]) == 3


@pytest.mark.parametrize("code", ["613", "190", "200"])
def test_staged_photos_stay_for_a_post_that_may_go_later(scene: Scene, code: str) -> None:
    scene.graph.faults.arm("facebook:feed", code)
    walk = scene.walk("album")
    with pytest.raises(ChannelError):
        walk.last()
    assert len(scene.posts.staged()) == 3
    assert walk.last().done


def test_a_photo_that_cannot_be_removed_changes_nothing(scene: Scene) -> None:
    walk = scene.walk("album")
    while not walk.commits():
        walk.step()
    scene.graph.faults.arm("facebook:feed", "100/1")
    scene.graph.faults.arm("facebook", "5xx", 3)
    with pytest.raises(Refused, match="100/1"):
        walk.step()
    assert len(scene.posts.staged()) == 3


MEMORIES: list[tuple[str, dict[str, str], bool]] = [
    ("text", {}, True),
    ("text", {"post": "1"}, False),
    ("photo", {}, True),
    ("photo", {"post": "1"}, False),
    ("album", {}, False),
    ("album", {"staged": "1 2"}, False),
    ("album", {"staged": "1 2 3"}, True),
    ("album", {"staged": "1 2 3", "post": "1"}, False),
    ("upload", {}, False),
    ("upload", {"session": "s", "video": "v", "start": "0", "end": "9"}, False),
    ("upload", {"session": "s", "video": "v", "start": "9", "end": "9"}, True),
    ("upload", {"anew": "1"}, False),
    ("upload", {"published": "1", "video": "v"}, False),
    ("hosted", {}, True),
    ("hosted", {"published": "1", "video": "v", "looks": "1"}, False),
    ("hosted", {"post": "1"}, False),
]


@pytest.mark.parametrize(("form", "memory", "publishes"), MEMORIES)
def test_which_step_publishes(scene: Scene, form: str, memory: dict[str, str], publishes: bool) -> None:
    assert FACEBOOK.commits(scene.forms[form], memory) is publishes


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lost", range(7))
def test_a_crash_before_any_receipt_is_stored_publishes_once(scene: Scene, form: str, lost: int) -> None:
    walk = scene.walk(form)
    for number in range(20):
        before, said = walk.memory, walk.commits()
        step = walk.step()
        if number == lost:  # killed between the platform's answer and the commit
            walk.memory = before
            if said:
                found = walk.reconcile()
                assert found and found.done
                break
        elif step.done:
            break
    assert len(scene.posts.published()) == 1


COMMITTING_CALL = {
    "text": "feed",
    "link": "feed",
    "photo": "photos",
    "album": "feed",
    "upload": "videos",
    "hosted": "videos",
}


def until_it_commits(scene: Scene, form: str) -> Walk:
    walk = scene.walk(form)
    while not walk.commits():
        walk.step()
    return walk


@pytest.mark.parametrize("fault", ["timeout", "garbage", "5xx-after", "cut-after"])
@pytest.mark.parametrize("form", FORMS)
def test_a_lost_receipt_is_found_in_the_list(scene: Scene, form: str, fault: str) -> None:
    walk = until_it_commits(scene, form)
    scene.graph.faults.arm(f"facebook:{COMMITTING_CALL[form]}", fault)
    with pytest.raises(OutcomeUnknown):
        walk.step()
    found = walk.reconcile()
    (post,) = scene.posts.published()
    assert found is not None
    assert (found.done, found.platform_id, found.link) == (True, post["id"], post["permalink_url"])
    assert not walk.commits()


@pytest.mark.parametrize("fault", ["5xx", "cut", "1", "1/1357046", "2"])
@pytest.mark.parametrize("form", FORMS)
def test_a_vague_failure_is_unknown_and_the_list_is_empty(scene: Scene, form: str, fault: str) -> None:
    walk = until_it_commits(scene, form)
    scene.graph.faults.arm("facebook", fault)
    with pytest.raises(OutcomeUnknown) as caught:
        walk.step()
    assert caught.value.maybe_sent
    assert walk.posted() == []
    assert len(scene.posts.staged()) == (3 if form == "album" else 0)


@pytest.mark.parametrize("fault", ["timeout", "garbage", "5xx", "5xx-after", "cut", "cut-after", "1", "2", "613"])
@pytest.mark.parametrize("form", ["album", "upload"])
@pytest.mark.parametrize("at", range(4))
def test_failures_of_harmless_steps_are_tried_again_from_the_same_memory(
    scene: Scene, form: str, at: int, fault: str
) -> None:
    walk = scene.walk(form)
    for number in range(20):
        if number == at and not walk.commits():
            scene.graph.faults.arm("facebook", fault)
        said = walk.commits()
        try:
            if walk.step().done:
                break
        except (OutcomeUnknown, TryLater):
            assert not said
    (post,) = scene.posts.published()
    assert len(post["photos"]) == (3 if form == "album" else 0)


@pytest.mark.parametrize("fault", ["timeout", "5xx", "190", "200", "100", "613"])
@pytest.mark.parametrize("form", ["photo", "upload", "hosted"])
def test_an_address_that_cannot_be_read_is_no_error_after_publishing(scene: Scene, form: str, fault: str) -> None:
    walk = until_it_commits(scene, form)
    walk.step()
    scene.graph.faults.arm("facebook", fault, 50)
    last = walk.last()
    (post,) = scene.posts.published()
    assert (last.done, last.platform_id) == (True, post["film"] or post["id"])
    assert last.link == ""


def test_an_unknown_offset_begins_the_upload_anew_once(scene: Scene) -> None:
    walk = scene.walk("upload")
    walk.step()
    before = walk.memory
    walk.step()
    walk.memory = before  # killed after the piece was taken
    assert walk.last().done
    walk = scene.walk("upload")
    walk.step()
    scene.graph.faults.arm("facebook:videos", "100", 1)
    assert walk.step().memory == {"anew": "1"}
    walk.step()
    scene.graph.faults.arm("facebook:videos", "100", 1)
    with pytest.raises(Refused):
        walk.step()
    assert len(scene.posts.published()) == 1


def test_a_film_whose_post_never_comes_is_known_by_its_own_id(scene: Scene) -> None:
    scene.posts.films.waits = 100
    walk = scene.walk("hosted")
    steps = list(walk.steps())
    assert [step.wait for _, step in steps] == [15.0] * LOOKS_MAX + [0.0]
    assert steps[-1][1].platform_id == scene.posts.published()[0]["film"]


def test_a_film_that_cannot_be_converted_is_told(scene: Scene) -> None:
    scene.posts.films.broken = True
    with pytest.raises(Refused, match="MP4"):
        scene.walk("hosted").last()
