"""Rasa components of our own: one linear reader of Vietnamese, asked for the intent and for the item."""
