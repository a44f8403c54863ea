"""GIFT, both ways."""

from dlquiz.quiz.exchange.gift_read import read
from dlquiz.quiz.exchange.gift_write import write

__all__ = ["read", "write"]
