"""The folded words of a text, kept for the turn: many skills look at the same sentence."""

from functools import lru_cache

from nlu import text as words

expand = lru_cache(maxsize=512)(words.expand)
"""`nlu.text.expand`, remembered: a turn asks for the same text some fifteen times."""
