"""What a program prints: ``output``. Nothing is run here; ``dlquiz.quiz.code_runner`` does, behind the wall."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from dlquiz.model.kinds.output import Output
from dlquiz.model.mark import Answer, Mark, OptionFeedback, as_text, right, unclear, wrong
from dlquiz.model.packages import PACKAGES
from dlquiz.model.view import Asked
from dlquiz.quiz.kinds.base import QuestionKind, RunnableCode, Setting
from dlquiz.quiz.schema_parts import FieldDoc, Fields, reasons, ref

LONGEST_OUTPUT = 4000

_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "−": "-"})

_EXAMPLE = """\
  - kind: output # what does this print? dlquiz quiz check runs it
    id: @P@-output
    tags: [shape]
    stem: Twenty-eight by twenty-eight pixels are laid out in one row for each of five images.
    code: |
      import numpy as np

      images = np.zeros((5, 28, 28))
      print(images.reshape(5, -1).shape)
    answer: (5, 784)
    reject:
      (5, 28, 28): This is the shape before the call of reshape.
    explain: The -1 stands for whatever is left, here 28 times 28.
    source: NumPy documentation, numpy.reshape
"""


class OutputKind(QuestionKind[Output]):
    """The answer is what is printed, but for white space. Another case of the letters is forgiven, with a word."""

    model = Output
    fields: ClassVar[Fields] = {
        "code": FieldDoc(
            {"type": "string", "pattern": r"\S", "maxLength": 4000}, "A Python program, as a block below `code: |`"
        ),
        "answer": FieldDoc(ref("text"), "What it prints"),
        "reject": FieldDoc(reasons(most=20), "Wrong outputs that you foresee, each with what you want to say about it"),
        "packages": FieldDoc(
            {"type": "array", "items": {"enum": list(PACKAGES)}},
            f"What the code may import: {', '.join(f'`{name}`' for name in PACKAGES)}",
        ),
    }
    example = _EXAMPLE
    foreseen_fields = ("reject",)

    def view(self, question: Output, asked: Asked) -> Asked:
        """Show the code."""
        return replace(asked, code=question.code)

    def how_to_answer(self, question: Output) -> str:
        """Return a sentence."""
        lines = "all lines in one, with spaces between" if "\n" in question.answer else "it"
        return f"What does this code print? Type {lines}."

    def mark(self, question: Output, answer: Answer, setting: Setting) -> Mark:
        """Mark a typed output; a list is one text a line."""
        text = as_text(answer)
        if text is None and not isinstance(answer, bool | int | float | str | Mapping):
            text = "\n".join(answer)
        if text is None or not text.strip():
            return unclear("Please type what the code prints.")
        if len(text) > LONGEST_OUTPUT:
            return unclear(f"This is too long (at most {LONGEST_OUTPUT} characters).")
        typed, wanted = canonical(text), canonical(question.answer)
        if typed == wanted:
            return right()
        prints = f"It prints “{' '.join(question.answer.split())}”."
        for foreseen, why in question.reject.items():
            if canonical(foreseen) == typed:
                return wrong(prints, (OptionFeedback(foreseen, True, False, why),))
        if typed.casefold() == wanted.casefold():
            return right(f"Python writes it “{wanted}”.")
        return wrong(prints)

    def right_answer_value(self, question: Output, lang: str) -> Answer:
        """Return what is printed."""
        return question.answer

    def keys(self, question: Output) -> tuple[str, ...]:
        """Return what is printed."""
        return (question.answer,)

    def task(self, question: Output) -> tuple[str, ...]:
        """Return the code."""
        return (question.code,)

    def program(self, question: Output) -> RunnableCode:
        """Return the code with what the author says that it prints."""
        return RunnableCode(question.code, tuple(question.packages), question.answer)


def canonical(text: str) -> str:
    """Return an output without the differences that make none: line ends, runs of spaces, spaces beside brackets."""
    line = " ".join(text.translate(_QUOTES).split())
    return re.sub(r"(?<=[(\[{]) | (?=[)\]},])|(?<=,) ", "", line)


OUTPUT = OutputKind()
