"""Translate between a platform's wire and our values; no Flask, no database.

The registry is the only place that lists channels: one file, one line.
"""

from bot.channels.base import Channel
from bot.channels.facebook import Facebook
from bot.channels.facebook_posts import FacebookPosts
from bot.channels.publishing import Publisher
from bot.channels.zalo import Zalo
from bot.channels.zalo_articles import ZaloArticles

CHANNELS: dict[str, Channel] = {channel.name: channel for channel in (Zalo(), Facebook())}
PUBLISHERS: dict[str, Publisher] = {publisher.name: publisher for publisher in (ZaloArticles(), FacebookPosts())}
"""Channels that can publish; one that is not here only talks."""
