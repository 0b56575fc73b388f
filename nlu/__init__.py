"""Understanding words: what a citizen's sentence asks for."""
