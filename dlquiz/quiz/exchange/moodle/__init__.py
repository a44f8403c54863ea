"""Moodle XML, both ways."""

from dlquiz.quiz.exchange.moodle.read import read
from dlquiz.quiz.exchange.moodle.write import write

__all__ = ["read", "write"]
