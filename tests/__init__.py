"""Tests; packages mirror the source's."""
