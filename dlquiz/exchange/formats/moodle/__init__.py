"""Moodle XML, both ways."""

from dlquiz.exchange.formats.moodle.read import read
from dlquiz.exchange.formats.moodle.write import write

__all__ = ["read", "write"]
