"""A plain cover for a post without a picture, where a channel asks for one."""

import io
from dataclasses import replace
from datetime import datetime
from functools import cache

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from bot.campaigns import library
from bot.campaigns.content import Content
from bot.campaigns.pictures import Encoded, recognised
from bot.campaigns.publication import misfits
from bot.channels import PUBLISHERS
from bot.tables import Agency
from content.phrases import say

SIZE = (1000, 640)
BLUE, RED, GOLD = "#0b4f8a", "#c8102e", "#ffcd00"


def completed(session: Session, content: Content, *, agency_id: int, now: datetime) -> Content:
    """Return the content with a plain cover if a target's channel needs one and there is no picture to be it."""
    whole = covered(content, agency=session.get_one(Agency, agency_id).name)
    if whole is not content:
        library.keep(session, drawn(), alt=whole.media[-1].alt, now=now)
    return whole


def covered(content: Content, *, agency: str) -> Content:
    """Return what `completed` returns, without storing the cover."""
    if any(one.is_picture for one in content.media) or not content.title:
        return content
    published = [one for one in content.targets if one.channel in PUBLISHERS]
    if not any(fault.part == "cover" for one in published for fault in misfits(content, one)):
        return content
    plain = library.asset(drawn(), alt=say("queue.plain_cover", agency=agency))
    return replace(content, media=(*content.media, replace(plain, only_cover=True)))


@cache
def drawn() -> Encoded:
    """Return the cover: a blue field with a red and a golden band; no words, so that it suits every post."""
    image = Image.new("RGB", SIZE, BLUE)
    draw = ImageDraw.Draw(image)
    width, height = SIZE
    draw.rectangle((0, height - 90, width, height - 30), fill=RED)
    draw.rectangle((0, height - 30, width, height), fill=GOLD)
    out = io.BytesIO()
    image.save(out, "PNG")
    return recognised(out.getvalue())
