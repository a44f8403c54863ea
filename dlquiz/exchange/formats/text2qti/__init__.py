"""text2qti's plain text format, read and written by our own code: the program itself is not needed.

Its code blocks that are run (```` ```{.python .run} ````) are refused: nothing in a file is ever executed.
"""

from dlquiz.exchange.base import Imported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.formats.text2qti.blocks import blocks
from dlquiz.exchange.formats.text2qti.read import Reader
from dlquiz.exchange.formats.text2qti.write import write
from dlquiz.exchange.reading import text_of
from dlquiz.exchange.to_ours import build

__all__ = ["read", "write"]


def read(data: bytes, file: str) -> Imported:
    """Read a file for text2qti.

    Raises
    ------
    ContentError
        A line is not in the format, or a block of code asks to be run.
    """
    ledger = Ledger()
    text = text_of(data, file, ledger)
    reader = Reader(file, text, ledger)
    for block in blocks(text, file):
        reader.take(block)
    return build(reader.questions(), title=reader.title, file=file, summary=reader.summary, ledger=ledger)
