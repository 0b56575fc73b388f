"""What an OA and a Page have made public, in one shape for the sandbox's page; pictures are named, not fetched."""

from typing import Any

Json = dict[str, Any]


def zalo(article: Json) -> Json:
    """Return an article of the fake Zalo as id, title, text, at and parts {kind text url}."""
    texts = [block["content"] for block in article["body"] if block["type"] == "text"]
    cover = article["cover"]
    parts = [_part("cover", cover.get("photo_url", "")) if cover["cover_type"] == "photo" else _part("film", "")]
    parts += [_part("picture", b["url"], b.get("caption", "")) for b in article["body"] if b["type"] == "image"]
    parts += [_part("film", block["url"]) for block in article["body"] if block["type"] == "video"]
    parts += [_part("broadcast", "", _target(sent["target"])) for sent in article["broadcasts"]]
    return {
        "id": article["id"],
        "title": article["title"],
        "text": "\n\n".join(texts),
        "at": article["create_date"],
        "parts": parts,
    }


def facebook(post: Json) -> Json:
    """Return a post of the fake Page in the same shape."""
    parts = [_part("link", post["link"])] if post["link"] else []
    parts += [_part("picture", photo["url"], photo["alt"]) for photo in post["photos"]]
    parts += [_part("film", "")] if post["film"] else []
    at = int(post["created_time"].timestamp() * 1000)
    return {"id": post["id"], "title": "", "text": post["message"], "at": at, "parts": parts}


def _part(kind: str, url: str, text: str = "") -> Json:
    return {"kind": kind, "text": text, "url": url}


def _target(target: Json) -> str:
    return ", ".join(f"{name} {value}" for name, value in target.items())
