"""The verbs of the command line, by concern."""
