"""What a person types at a question: labels of options, or the answer itself."""

from collections.abc import Sequence

from dlquiz.model.mark import Answer
from dlquiz.model.view import Asked
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.labels import labelled, partners

__all__ = ["labelled", "partners", "read_typed"]


def read_typed(asked: Asked, options: Sequence[str], text: str) -> Answer:
    """Turn a typed line into an answer.

    Parameters
    ----------
    asked : Asked
        What was asked.
    options : sequence of str
        The options in the order shown; empty for typed kinds.
    text : str
        ``2``, ``b``, ``1 3``, ``a,c``, or an option's text. What `labelled` shows comes first; letters work beside
        numbers unless an option is itself one letter. How several of them are written, the question's kind says.

    Returns
    -------
    Answer
        Option texts where they could be found; otherwise the text as it is, for marking to call unclear.
    """
    return KINDS[asked.kind].read_typed(asked, tuple(options), text.strip())
