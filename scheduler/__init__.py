"""When, never what: asks the tables what is due and lets `bot` do it."""
