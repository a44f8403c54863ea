"""Moodle's embedded answers: a text with places such as ``{1:SHORTANSWER:=Paris#Yes~%50%Lyon}``.

The format: https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type.
"""

import html
import re
from collections.abc import Callable
from fractions import Fraction

from dlquiz.exchange.draft import NotOurs
from dlquiz.exchange.neutral import FillIn, Gap, Note, NumberOption, Option

_TYPED = ("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC")
_LISTED = (
    "MULTICHOICE MC MULTICHOICE_V MCV MULTICHOICE_H MCH MULTICHOICE_S MCS MULTICHOICE_VS MCVS MULTICHOICE_HS MCHS"
).split()
_NUMBERS = ("NUMERICAL", "NM")
_MANY = (
    "MULTIRESPONSE MR MULTIRESPONSE_H MRH MULTIRESPONSE_S MRS MULTIRESPONSE_HS MRHS".split()
)  # several of a list: our blanks take one
_KINDS = "|".join(sorted((*_TYPED, *_LISTED, *_NUMBERS, *_MANY), key=len, reverse=True))
_PLACE = re.compile(rf"\{{(\d*):({_KINDS}):(.*?)(?<!\\)\}}", re.DOTALL)
_WEIGHT = re.compile(r"\s*(?:=|%(-?\d{1,3}(?:\.\d+)?)%)")


def has_places(text: str) -> bool:
    """Return whether a text holds embedded answers."""
    return _PLACE.search(text) is not None


def parse_places(text: str, convert: Callable[[str], str], notes: list[Note], *, tags: bool) -> FillIn:
    """Return a text with embedded answers as a text with gaps.

    Parameters
    ----------
    text : str
        As it stands in the file.
    convert : callable
        Makes Markdown of what stands between the places.
    notes : list of Note
        Gets what is lost.
    tags : bool
        Whether the text is HTML, also in the places.
    """
    marks = [f"\ue000{number}\ue001" for number in range(len(_PLACE.findall(text)))]
    gaps = [_gap(match, notes, tags=tags) for match in _PLACE.finditer(text)]
    weights = {match[1] or "1" for match in _PLACE.finditer(text)}
    if len(weights) > 1:
        notes.append(Note("weights", "the blanks do not weigh the same in the file; here they do"))
    waiting = iter(marks)
    # The text is converted as a whole, so that a tag may begin before a place and end after it.
    whole = convert(_PLACE.sub(lambda _: next(waiting), text))
    parts: list[str | Gap] = []
    for piece in re.split(r"(\ue000\d+\ue001)", whole):
        if piece in marks:
            parts.append(gaps[marks.index(piece)])
        elif piece:
            parts.append(piece)
    return FillIn(tuple(parts))


def _gap(match: re.Match[str], notes: list[Note], *, tags: bool) -> Gap:
    kind = match[2]
    if kind in _MANY:
        raise NotOurs("cloze", f"a blank is answered with several of a list ({kind}), and ours take one")
    options, numbers = [], []
    for entry in re.split(r"(?<!\\)~", match[3]):
        found = _WEIGHT.match(entry)
        weight = Fraction(0) if not found else Fraction(1) if found[1] is None else Fraction(found[1]) / 100
        answer, _, feedback = _divide(entry[found.end() :] if found else entry)
        text, said = _plain(answer, tags=tags), _plain(feedback, tags=tags)
        if not text:
            continue
        if kind in _NUMBERS and text != "*":
            numbers.append(_number(text, weight, said))
        else:
            options.append(Option(text, weight, said))
    if kind.endswith("C") and kind in _TYPED and kind not in ("MC",):
        notes.append(Note("capital letters", "they matter in the file; here they never do"))
    return Gap(tuple(options), kind in _LISTED, tuple(numbers))


def _divide(entry: str) -> tuple[str, str, str]:
    parts = re.split(r"(?<!\\)#", entry, maxsplit=1)
    return parts[0], "#", parts[1] if len(parts) > 1 else ""


def _plain(text: str, *, tags: bool) -> str:
    bare = re.sub(r"\\([~#}/\"=])", r"\1", text)
    return (html.unescape(re.sub(r"<[^<>]+>", "", bare)) if tags else bare).strip()


def _number(text: str, weight: Fraction, feedback: str) -> NumberOption:
    value, _, margin = text.partition(":")
    try:
        centre, width = Fraction(value.replace(",", ".")), Fraction(margin.replace(",", ".") or 0)
    except (ValueError, ZeroDivisionError):
        raise NotOurs("cloze", f"'{text[:30]}' in a blank is no number") from None
    return NumberOption(centre - abs(width), centre + abs(width), weight, feedback, centre)


def write_place(gap: Gap) -> str:
    """Write a typed gap as an embedded answer."""
    entries = [
        f"{'=' if one.weight == 1 else '%0%'}{_escape(one.text.replace('*', chr(92) + '*'))}"
        + (f"#{_escape(one.feedback)}" if one.feedback else "")
        for one in gap.options
    ]
    return f"{{1:SHORTANSWER:{'~'.join(entries)}}}"


def _escape(text: str) -> str:
    escaped = re.sub(r"([~#}\"/])", r"\\\1", text)
    return f"{escaped} " if escaped.endswith("\\") else escaped  # else it would escape what follows
