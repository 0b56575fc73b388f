"""Translate between a platform's wire and our values; no Flask, no database.

The registry is the only place that lists channels: one file, one line.
"""

from bot.channels.base import Channel
from bot.channels.facebook import Facebook
from bot.channels.zalo import Zalo

CHANNELS: dict[str, Channel] = {channel.name: channel for channel in (Zalo(), Facebook())}
