"""GIFT, both ways."""

from dlquiz.exchange.formats.gift.read import read
from dlquiz.exchange.formats.gift.write import write

__all__ = ["read", "write"]
