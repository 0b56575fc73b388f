"""Conversations as staff see them."""
