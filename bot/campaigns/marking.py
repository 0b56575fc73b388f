"""UTM marks on links to the agency's own sites, put on at publication: its statistics then tell what a post brought."""

from dataclasses import replace
from urllib.parse import urlsplit

from bot.campaigns.content import Content

MEDIUM = "social"


def marked(content: Content, *, site: str, source: str, campaign: int) -> Content:
    """Return the content with its link marked, if it leads to `site`; the text stays as it was approved."""
    return replace(content, link=link(content.link, site=site, source=source, campaign=campaign))


def link(url: str, *, site: str, source: str, campaign: int) -> str:
    """Return `url` with the marks added if it is of `site` (or under it) and has none; else as it is.

    >>> link("https://a.gov.vn/tin?id=7#phi", site="https://a.gov.vn", source="zalo", campaign=12)
    'https://a.gov.vn/tin?id=7&utm_source=zalo&utm_medium=social&utm_campaign=12#phi'
    """
    try:
        parts = urlsplit(url)
        own, host = _name(urlsplit(site).hostname), _name(parts.hostname)
    except ValueError:
        return url
    if not own or parts.scheme not in {"http", "https"} or not (host == own or host.endswith(f".{own}")):
        return url
    if "utm_" in parts.query.lower():
        return url  # somebody marked it on purpose
    marks = f"utm_source={source}&utm_medium={MEDIUM}&utm_campaign={campaign}"
    # Joined as text: parsing and writing a query again could change what the site reads in it.
    query = f"{parts.query}{'' if parts.query.endswith('&') else '&'}{marks}" if parts.query else marks
    before, mark, fragment = url.partition("#")
    return f"{before.partition('?')[0]}?{query}{mark}{fragment}"


def _name(host: str | None) -> str:
    return (host or "").rstrip(".").removeprefix("www.")
