"""Questions over the whole national catalogue."""
