"""Measurements of the figures that the README tells; `make bench`."""
