"""Articles on a fake Zalo over real HTTP."""
