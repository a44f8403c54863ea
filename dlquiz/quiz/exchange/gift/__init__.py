"""GIFT, both ways."""

from dlquiz.quiz.exchange.gift.read import read
from dlquiz.quiz.exchange.gift.write import write

__all__ = ["read", "write"]
