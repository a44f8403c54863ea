"""What a learner sees of a question: without its answer, so it may be shown anywhere."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """One concrete question as it is asked.

    ``parts`` is the stem, cut at its blanks (one part: no blanks). ``options`` stand in an order that says nothing;
    ``partners`` are what they are given to (terms that want a meaning, groups that want items). ``how_to`` says how to
    type the answer: ``{first}`` and ``{last}`` are what to type for an option, ``{backwards}`` for all, the last one
    first. ``options_are_code``: each option is one line of code, to be shown as it is.
    """

    id: str
    kind: str
    parts: tuple[str, ...]
    options: tuple[str, ...]
    how_to: str
    points: float = 1.0
    partners: tuple[str, ...] = ()
    code: str = ""
    image: str = ""
    alt: str = ""
    options_are_code: bool = False

    @property
    def blanks(self) -> int:
        """How many blanks there are to fill."""
        return len(self.parts) - 1

    def stem(self, gap: str = "____") -> str:
        """Return the text with a gap for each blank; several gaps are numbered."""
        text = self.parts[0]
        for number, part in enumerate(self.parts[1:], 1):
            text += (f"({number}) {gap}" if self.blanks > 1 else gap) + part
        return text
