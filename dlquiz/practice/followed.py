"""What was seen of a program while one call of it ran: line by line, values and shapes (pure)."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_Name = Annotated[str, Field(max_length=100, pattern=r"^[\w.<>\[\]']*$")]
_Text = Annotated[str, Field(max_length=100, pattern=r"^[\w+\-., \[\]]*$")]
"""What names, numbers and digests are made of: nothing that a terminal, or a page, would obey."""


class _Seen(BaseModel):
    """What comes from a worker is taken only in this form."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Value(_Seen):
    """What is known of a value.

    ``shape`` is that of an array, None for anything else. ``text`` is the value where it is short, else empty.
    ``digest`` is equal for equal values, up to six digits; empty: they cannot be compared.
    """

    kind: Literal["array", "number", "other"]
    shape: tuple[int, ...] | None = None
    text: _Text = ""
    digest: _Text = ""


class Line(_Seen):
    """What one line did each time that it ran; facts that were not the same each time are left out.

    ``arrays`` are the names of the arrays that there were before it ran, ``changed`` those among them that held other
    numbers afterwards, whatever their names stood for by then; ``after`` is what names stood for afterwards.
    ``sure`` is False if the arrays were not the same ones each time, or too large to look at.
    """

    line: int
    function: _Name
    count: int
    arrays: tuple[_Name, ...] = ()
    changed: tuple[_Name, ...] = ()
    after: dict[_Name, Value] = {}
    sure: bool = True


class Followed(_Seen):
    """One call: its lines in order, its result, or the name of the error that ended it.

    ``whole`` is False if it ran so long that lines were no longer counted.
    """

    lines: tuple[Line, ...] = ()
    result: Value | None = None
    error: Annotated[str, Field(max_length=100, pattern=r"^[\w?]*$")] = ""
    whole: bool = True


def agreed(one: Followed, other: Followed) -> Followed:
    """Return what two runs of the same call have in common: what is drawn at random is no fact of a program."""
    same = {line.line: line for line in other.lines}
    lines = tuple(
        line.model_copy(update={"after": dict(line.after.items() & there.after.items())})
        for line in one.lines
        if (there := same.get(line.line)) is not None
        and (line.count, line.arrays, line.changed, line.sure) == (there.count, there.arrays, there.changed, there.sure)
    )  # fmt: skip
    result = one.result if one.result == other.result else None
    return Followed(
        lines=lines,
        result=result,
        error=one.error if one.error == other.error else "?",
        whole=one.whole and other.whole and len(lines) == len(one.lines) == len(other.lines),
    )
