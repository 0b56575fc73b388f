"""Documents of strangers as news: RSS and Atom, pictures, dates; traps refused before they are parsed."""

from datetime import UTC, datetime

import pytest

from bot.curation import reading
from bot.curation.fetching import Fetched, Unfetchable
from bot.curation.reading import Read

URL = "https://cong.suoi-mo.example/rss"
ITEM = "<item><title>Tin một</title><link>/tin/1</link><guid>1</guid><description>Nội dung một.</description></item>"


def rss(inner: str = ITEM, *, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    return f'{head}<rss version="2.0" {media}><channel><title>Cổng Suối Mơ</title>{inner}</channel></rss>'.encode()


def read(body: bytes) -> Read:
    return reading.read(Fetched(status=200, url=URL, body=body, kind="text/xml"))


def refused(body: bytes) -> str:
    with pytest.raises(Unfetchable) as caught:
        read(body)
    return caught.value.why


def test_an_item_has_its_words_link_and_day() -> None:
    found = read(rss(
        "<item><title>Nhận hồ sơ <![CDATA[<b>thứ Bảy</b>]]></title><link>https://cong.example/a?x=1&amp;y=2</link>"
        "<guid>urn:g-1</guid><pubDate>Mon, 23 Nov 2026 07:00:00 +0700</pubDate>"
        "<description><![CDATA[<p>Từ 01/12.</p><p>Bà con <i>đến</i> sớm.</p><script>x()</script>]]></description>"
            "</item>"
    ))  # fmt: skip
    assert found.title == "Cổng Suối Mơ"
    (news,) = found.news
    assert (news.guid, news.title) == ("urn:g-1", "Nhận hồ sơ thứ Bảy")
    assert news.text == "Từ 01/12.\nBà con đến sớm."
    assert news.link == "https://cong.example/a?x=1&y=2"
    assert news.at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Cổng</title><id>x</id>
<entry><id>urn:1</id><title type="html">&lt;b&gt;Tin&lt;/b&gt; Atom</title><updated>2026-11-23T00:00:00Z</updated>
<link rel="alternate" href="tin/1"/>
<content type="html">&lt;p&gt;Chữ&lt;/p&gt;&lt;img src="/a.jpg" alt="cổng xã"/&gt;</content>
</entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="x"><title>Cổng</title></channel>
<item rdf:about="1"><title>Tin RDF</title><link>https://cong.suoi-mo.example/tin/1</link></item></rdf:RDF>"""


@pytest.mark.parametrize(
    ("body", "title", "text"),
    [(ATOM, "Tin Atom", "Chữ"), (RDF, "Tin RDF", "Tin RDF"), (rss().decode(), "Tin một", "Nội dung một.")],
)
def test_every_kind_of_feed_is_read(body: str, title: str, text: str) -> None:
    (news,) = read(body.encode()).news
    assert (news.title, news.text) == (title, text)
    assert news.link == "https://cong.suoi-mo.example/tin/1"


@pytest.mark.parametrize(
    ("inner", "picture"),
    [
        ('<enclosure url="https://cong.example/a.jpg" type="image/jpeg" length="1"/>', "https://cong.example/a.jpg"),
        ('<media:content url="https://cong.example/b.png" medium="image"/>', "https://cong.example/b.png"),
        ('<media:thumbnail url="/c.jpg"/>', "https://cong.suoi-mo.example/c.jpg"),
        ('<description>&lt;img src="/d.jpg"&gt;</description>', "https://cong.suoi-mo.example/d.jpg"),
        ('<enclosure url="https://cong.example/a.mp3" type="audio/mpeg" length="1"/>', ""),
        ('<media:content url="http://cong.example/b.png" medium="image"/>', ""),  # platforms fetch https only
        ('<media:content url="https://127.0.0.1/b.png" medium="image"/>', ""),
        ('<media:content url="file:///etc/passwd" medium="image"/>', ""),
        ('<description>&lt;img src="data:image/png;base64,AAAA"&gt;</description>', ""),
    ],
)
def test_the_picture_is_one_that_platforms_can_fetch(inner: str, picture: str) -> None:
    (news,) = read(rss(f"<item><title>Tin</title><guid>1</guid>{inner}</item>")).news
    assert news.picture == picture


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "https://a.example/" + "x" * 3000])
def test_a_link_that_is_no_web_address_is_left_out(link: str) -> None:
    (news,) = read(rss(f"<item><title>Tin</title><guid>1</guid><link>{link}</link></item>")).news
    assert news.link == ""


def test_the_newest_come_first_and_fifty_at_most() -> None:
    days = [f"{n % 28 + 1:02} Oct 2026 0{n % 9}:00:00 GMT" for n in range(120)]
    items = "".join(
        f"<item><title>Tin {n}</title><guid>{n}</guid><pubDate>{day}</pubDate></item>" for n, day in enumerate(days)
    )
    news = read(rss(items)).news
    assert len(news) == reading.ITEMS_MAX
    moments = [one.at for one in news if one.at]
    assert moments == sorted(moments, reverse=True)


def test_long_words_are_cut_and_what_has_no_words_is_left_out() -> None:
    long = (
        "<item><title>" + "chữ " * 100 + "</title><guid>1</guid><description>" + "câu. " * 500 + "</description></item>"
    )
    found = read(rss(f"{long}<item><guid>2</guid><link>https://a.example</link></item>"))
    (news,) = found.news
    assert len(news.title) <= reading.TITLE_MAX
    assert len(news.text) <= reading.TEXT_MAX


LAUGHS = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"), (b"  \n", "empty"), (b"\xef\xbb\xbf", "empty"), (b"<!DOCTYPE html><p>x", "html"),
        (b"\n<!-- x --><html lang='vi'><body>", "html"), (b"<HTML></HTML>", "html"), (b"<svg/>", "no_feed"),
        (b"{}", "xml"), (b"\x89PNG\r\n", "xml"), (b"<rss", "xml"), (b"<rss><channel></rss>", "xml"),
        (rss(head='<?xml version="1.0" encoding="no-such"?>'), "xml"),
        (rss("&i;", head=LAUGHS), "bomb"), (rss("&x;", head=OUTSIDE), "bomb"),
        (b"<rss>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</rss>", "bomb"),
        (b"<rss>" + b"<a/>" * 60_000 + b"</rss>", "bomb"),
    ],
)  # fmt: skip
def test_what_is_no_feed_or_a_trap_is_refused_in_words(body: bytes, why: str) -> None:
    assert refused(body) == why


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1258", "iso-8859-1"])
def test_other_encodings_are_read(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    body = f"{head}<rss version='2.0'><channel><item><title>Ch\u00f9a l\u00e0ng</title></item></channel></rss>"
    assert [one.title for one in read(body.encode(encoding)).news] == ["Ch\u00f9a l\u00e0ng"]


def test_a_name_of_a_file_in_place_of_a_feed_opens_nothing() -> None:
    assert refused(b"/etc/passwd") == "xml"
    assert refused(b"http://127.0.0.1/") == "xml"
