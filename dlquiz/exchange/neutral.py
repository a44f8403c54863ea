"""A question between two formats: what GIFT, Moodle, QTI and the rest can say, before or after it is ours.

Readers make these, `to_ours` turns them into our questions; `from_ours` turns our questions into these, writers write
them. Texts are Markdown with ``$formulas$``. Weights are shares of full marks: 1 is right, 0 is wrong, -1/3 costs.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

Partial: TypeAlias = Literal["all", "each", "net", "pairs", "weights"]
"""How a partly right answer scores; ``weights``: the weights of what was chosen are summed, never below 0."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option to choose, or a text that may be typed."""

    text: str
    weight: Fraction
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class NumberOption:
    """Numbers from ``low`` to ``high`` and what they earn; ``answer`` is the one to show, if it is known."""

    low: Fraction
    high: Fraction
    weight: Fraction
    feedback: str = ""
    answer: Fraction | None = None
    as_range: bool = False
    """Whether the file wrote the two ends, not a number and its tolerance."""


@dataclass(frozen=True, slots=True)
class ChooseOne:
    """Tick one option; ``fixed`` if the file shows them in this order."""

    options: tuple[Option, ...]
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class ChooseMany:
    """Tick any number of options; ``fixed`` if the file shows them in this order."""

    options: tuple[Option, ...]
    partial: Partial = "weights"
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """Say whether the statement is true; what to tell who says true, and who says false."""

    answer: bool
    if_true: str = ""
    if_false: str = ""


@dataclass(frozen=True, slots=True)
class TypeText:
    """Type a word. ``/patterns/`` are ours; ``wildcards`` means that ``*`` stands for any letters.

    ``spellings`` says that a right word may be spelled in other ways, as in our marking: "minibatch", "mini-batch".
    """

    options: tuple[Option, ...]
    case_sensitive: bool = False
    typos: int = 0
    wildcards: bool = False
    patterns: bool = False
    spellings: bool = False


@dataclass(frozen=True, slots=True)
class TypeNumber:
    """Type a number; the first answer that fits counts."""

    answers: tuple[NumberOption, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class MatchUp:
    """Find the meaning of each term; ``extra`` meanings fit nothing, ``why`` is what is said about terms."""

    pairs: tuple[tuple[str, str], ...]
    extra: tuple[Option, ...] = ()
    partial: Partial = "each"
    why: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PutInOrder:
    """Put the items in this order."""

    items: tuple[str, ...]
    partial: Partial = "each"


@dataclass(frozen=True, slots=True)
class SortInto:
    """Sort items into groups."""

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    partial: Partial = "each"


@dataclass(frozen=True, slots=True)
class Gap:
    """One blank: what fits (weight 1), and what was foreseen; ``listed`` if the words are shown to choose from."""

    options: tuple[Option, ...]
    listed: bool = False
    numbers: tuple[NumberOption, ...] = ()


@dataclass(frozen=True, slots=True)
class FillIn:
    """A text with gaps, below the stem if there is one.

    ``wrong`` are words of a shared bank that fit nowhere. With ``patterns``, a ``/pattern/`` in a gap is one of ours;
    ``spellings`` as for `TypeText`.
    """

    parts: tuple[str | Gap, ...]
    wrong: tuple[Option, ...] = ()
    typos: int = 0
    partial: Partial = "each"
    patterns: bool = False
    spellings: bool = False

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The gaps, in the order of the text."""
        return tuple(part for part in self.parts if isinstance(part, Gap))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A question that cannot be ours, and why: ``kind`` is the file's word for it."""

    kind: str
    why: str


Body: TypeAlias = (
    ChooseOne | ChooseMany | Truth | TypeText | TypeNumber | MatchUp | PutInOrder | SortInto | FillIn | Unreadable
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader could not keep, or moved."""

    what: str
    why: str
    loss: bool = True


@dataclass(frozen=True, slots=True)
class Foreign:
    """One question of a foreign file.

    ``name`` is its title, ``identifier`` an id that the file gives it; ``explain`` what everybody is told afterwards.
    A `FillIn` holds its whole text in its parts; its ``stem`` may be an instruction that stands before it.
    """

    body: Body
    stem: str
    name: str = ""
    identifier: str = ""
    explain: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    points: float = 1.0
    line: int = 0
    notes: tuple[Note, ...] = field(default=())
    origin: str = ""
    """The id of our question that this one was made of: variants of one question share it."""
