"""Figures of the bot's work: whole days counted once (`counting`), read with today counted live (`reading`).

What each figure means stands in `content/phrases/figures.yaml`, beside it wherever it is shown.
"""
