"""Conversations as staff see them: who waits, the history, taking over, answering, finding again."""
