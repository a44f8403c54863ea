"""text2qti's plain text format, read and written by our own code: the program itself is not needed.

Its code blocks that are run (```` ```{.python .run} ````) are refused: nothing in a file is ever executed.
"""

from dlquiz.quiz.exchange.base import Imported
from dlquiz.quiz.exchange.inward import build
from dlquiz.quiz.exchange.loss import Ledger
from dlquiz.quiz.exchange.reading import text_of
from dlquiz.quiz.exchange.text2qti.blocks import blocks
from dlquiz.quiz.exchange.text2qti.read import Reader
from dlquiz.quiz.exchange.text2qti.write import write

__all__ = ["read", "write"]


def read(data: bytes, file: str) -> Imported:
    """Read a file for text2qti.

    Raises
    ------
    ContentError
        A line is not in the format, or a block of code asks to be run.
    """
    text = text_of(data, file)
    ledger = Ledger()
    reader = Reader(file, text, ledger)
    for block in blocks(text, file):
        reader.take(block)
    return build(reader.questions(), title=reader.title, file=file, ledger=ledger)
