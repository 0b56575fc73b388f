"""Posts on a fake Page over real HTTP."""
