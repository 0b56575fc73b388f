"""Fetching what somebody typed: never inside, never more than it says, never for ever."""

import gzip
import ipaddress
import socket
import time
import zlib

import pytest

from bot.curation.fetching import BODY_MAX, Fetcher, Unfetchable, checked, is_public, resolved
from tests.curation.hostile import Hostile


def refused(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(Unfetchable) as caught:
        fetcher.get(url)
    return caught.value.why


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.100.100.200", "0.0.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255", "192.0.0.192", "198.18.0.1",
        "168.63.129.16", "::1", "::", "fe80::1", "fec0::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "113.160.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "::1", "::ffff:127.0.0.1", "0"],
)
def test_every_spelling_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(Unfetchable) as caught:
        resolved(host, 80)
    assert caught.value.why in {"inner", "name"}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "address"), ("ftp://a.gov.vn/", "address"), ("gopher://a.gov.vn/", "address"),
        ("//a.gov.vn/", "address"), ("a.gov.vn/rss", "address"), ("", "address"), ("http://", "address"),
        ("http://lan:mat@a.gov.vn/", "address"), ("http://a.gov.vn:0/", "port"), ("http://a.gov.vn:99999/", "address"),
        ("http://[::1", "address"), ("https://a.gov.vn/r\nHost: x", "address"), ("http://a.gov.vn:22/", "port"),
        ("http://a.gov.vn:443/", "port"), ("https://a.gov.vn:8443/", "port"),
    ],
)  # fmt: skip
def test_odd_addresses_are_refused_before_anything_is_asked(url: str, why: str) -> None:
    with pytest.raises(Unfetchable) as caught:
        checked(url)
    assert caught.value.why == why
    assert str(caught.value)


def test_by_default_this_machine_is_refused_whatever_the_port(web: Hostile) -> None:
    assert refused(Fetcher(), web.page("/rss", b"x")) == "port"
    assert refused(Fetcher(), "http://127.0.0.1/rss") == "inner"
    assert refused(Fetcher(), "http://localhost/rss") == "inner"
    assert refused(web.fetcher(), f"http://127.0.0.1:{web.port + 1}/rss") == "port"
    assert web.asked == []


def test_a_page_comes_with_what_to_ask_next_time(web: Hostile) -> None:
    url = web.page(
        "/rss?a=1&b=kh%C3%A1m", b"xin ch\xc3\xa0o", 'ETag: "7"', "Last-Modified: Mon, 23 Nov 2026 05:00:00 GMT"
    )
    fetched = web.fetcher().get(url)
    assert (fetched.status, fetched.body, fetched.etag) == (200, "xin chào".encode(), '"7"')
    web.page("/same", b"", status="304 Not Modified")
    again = web.fetcher().get(web.url("/same"), etag=fetched.etag, modified=fetched.modified)
    assert (again.status, again.body) == (304, b"")
    assert 'If-None-Match: "7"' in web.asked[1] and "If-Modified-Since: Mon, 23 Nov 2026" in web.asked[1]
    assert f"Host: 127.0.0.1:{web.port}" in web.asked[0]


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("http://127.0.0.1/", "inner"), ("http://169.254.169.254/latest/meta-data/", "inner"),
        ("http://[::ffff:10.0.0.1]/", "inner"), ("file:///etc/passwd", "address"), ("http://localhost:6379/", "port"),
        ("http://u:p@127.0.0.1/", "address"), ("", "status"),
    ],
)  # fmt: skip
def test_a_redirect_is_checked_like_the_first_address(web: Hostile, to: str, why: str) -> None:
    assert refused(web.fetcher(), web.moved("/rss", to)) == why
    assert len(web.asked) == 1


def test_three_redirects_are_followed_and_a_fourth_is_not(web: Hostile) -> None:
    web.page("/3", b"het")
    for number in (2, 1, 0):
        web.moved(f"/{number}", f"/{number + 1}", status="301 Moved")
    assert web.fetcher().get(web.url("/0")).body == b"het"
    web.moved("/x", "/0")
    assert refused(web.fetcher(), web.url("/x")) == "redirects"
    assert refused(web.fetcher(), web.moved("/loop", "/loop")) == "redirects"


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "206 Partial", "204 None", "999 X"])
def test_other_statuses_are_no_feed(web: Hostile, status: str) -> None:
    assert refused(web.fetcher(), web.page("/rss", b"<rss/>", status=status)) == "status"


def deflated(data: bytes) -> bytes:
    return zlib.compress(data, 9)


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", deflated), ("identity", bytes)])
def test_packed_pages_are_unpacked(web: Hostile, coding: str, pack: object) -> None:
    data = "tin tức ".encode() * 1000
    url = web.page("/rss", pack(data), f"Content-Encoding: {coding}")  # type: ignore[operator]
    assert web.fetcher().get(url).body == data


@pytest.mark.parametrize("pack", [gzip.compress, deflated, lambda data: gzip.compress(gzip.compress(data))])
def test_a_bomb_is_not_unpacked_beyond_the_limit(web: Hostile, pack: object) -> None:
    bomb = pack(b"\0" * (200 << 20))  # type: ignore[operator]
    begin = time.monotonic()
    url = web.page("/rss", bomb, "Content-Encoding: gzip")
    if len(bomb) < 10_000:  # packed twice: what comes out is small, and no feed
        assert len(web.fetcher(whole=10.0).get(url).body) < BODY_MAX
    else:
        assert refused(web.fetcher(whole=10.0), url) == "heavy"
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("body", "headers", "why"),
    [
        (b"x" * (BODY_MAX + 1), (), "heavy"),
        (b"no gzip", ("Content-Encoding: gzip",), "broken"),
        (gzip.compress(b"x" * 5000, mtime=0)[:-20], ("Content-Encoding: gzip",), "broken"),
        (b"x", ("Content-Encoding: br",), "coding"),
        (b"zzz\r\nxx", ("Transfer-Encoding: chunked",), "broken"),
    ],
    ids=["heavy", "not packed", "cut short", "unknown coding", "bad chunk"],
)
def test_what_is_too_much_or_broken_is_refused(web: Hostile, body: bytes, headers: tuple[str, ...], why: str) -> None:
    assert refused(web.fetcher(), web.page("/rss", body, *headers)) == why


@pytest.mark.parametrize("raw", [b"", b"\0\1\2\3", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",
                                 b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n",
                                 b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\n"])  # fmt: skip
def test_what_is_no_http_is_refused(web: Hostile, raw: bytes) -> None:
    web.answers["/rss"] = raw
    assert refused(web.fetcher(), web.url("/rss")) == "broken"


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 100, b"HTTP/1.1 200 OK"])
def test_a_dripping_server_is_cut_off(web: Hostile, answer: bytes) -> None:
    web.answers["/rss"], web.drip["/rss"] = answer, 0.3
    begin = time.monotonic()
    assert refused(web.fetcher(whole=1.0), web.url("/rss")) in {"broken", "slow"}
    assert time.monotonic() - begin < 3


def test_a_server_without_a_good_certificate_is_refused(web: Hostile) -> None:
    assert refused(web.fetcher(), f"https://127.0.0.1:{web.port}/rss") == "broken"


def test_nobody_there_is_told(web: Hostile) -> None:
    fetcher = Fetcher(also=frozenset({"127.0.0.1:1"}), connect=1.0)
    assert refused(fetcher, "http://127.0.0.1:1/rss") == "unreachable"
    assert refused(Fetcher(), "http://khong-co-trang-nay.invalid/rss") == "name"


def answering(*answers: list[str]) -> tuple[list[str], object]:
    """Return the hosts looked up, and a resolver whose answers change from one question to the next."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers[len(asked) - 1]]

    return asked, look_up


def test_a_name_that_is_resolved_anew_to_the_inside_leads_nowhere(web: Hostile) -> None:
    host = f"cong.suoi-mo.example:{web.port}"
    also = frozenset({host, f"127.0.0.1:{web.port}"})
    asked, look_up = answering(["127.0.0.1"], ["10.0.0.1"])
    fetcher = Fetcher(also=also, connect=1.0, look_up=look_up)  # type: ignore[arg-type]
    web.page("/rss", b"tin")
    assert fetcher.get(f"http://{host}/rss").body == b"tin"
    assert asked == ["cong.suoi-mo.example"]  # checked and connected to by the same answer
    assert refused(fetcher, f"http://{host}/rss") == "inner"
    assert len(web.asked) == 1


def test_a_redirect_to_the_same_name_is_resolved_and_checked_anew(web: Hostile) -> None:
    host = f"cong.suoi-mo.example:{web.port}"
    asked, look_up = answering(["127.0.0.1"], ["169.254.169.254"])
    also = frozenset({host, f"127.0.0.1:{web.port}"})
    web.moved("/rss", f"http://{host}/latest")
    assert refused(Fetcher(also=also, look_up=look_up), f"http://{host}/rss") == "inner"  # type: ignore[arg-type]
    assert (len(asked), len(web.asked)) == (2, 1)


def test_one_inner_address_among_public_ones_is_enough_to_refuse(web: Hostile) -> None:
    _, look_up = answering(["8.8.8.8", "192.168.1.1"])
    assert refused(Fetcher(look_up=look_up), "http://cong.suoi-mo.example/rss") == "inner"  # type: ignore[arg-type]
