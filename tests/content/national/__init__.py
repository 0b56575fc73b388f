"""The national catalogue: reading, doubting, wording, searching, comparing."""
