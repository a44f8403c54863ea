"""Moodle XML, both ways."""

from dlquiz.quiz.exchange.moodle_read import read
from dlquiz.quiz.exchange.moodle_write import write

__all__ = ["read", "write"]
