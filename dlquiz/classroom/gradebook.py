"""Fill points into the gradebook that an LMS has exported, to be imported there again (pure).

Nothing is ever added: an importer takes a column that it does not know for a new assignment, and a row that it does not
know for a new person. What is filled is the file that came from the LMS, with its own headers, order and signs.

The rules of the importers, from their sources: Canvas ``lib/gradebook_importer.rb`` (an assignment by the id in its
header; ``EX`` is excused; every separator but the last is dropped from a number), Moodle
``mod/assign/feedback/offline/importgradeslib.php`` (headers in the site's language; a participant's number at the end
of the first cell). Blackboard's columns are known from its own exports.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from dlquiz.classroom.roster import squashed
from dlquiz.errors import UsageError
from dlquiz.text import one_line

_NUMBER = re.compile(r"\s*\d+(?:[.,]\d+)?\s*")
_CANVAS_ID = re.compile(r"\((\d+)\)\s*$")
_BLACKBOARD = re.compile(r"^(?P<title>.*?)\s*\[Total Pts: (?P<most>[\d.,]+)[^\]]*\]\s*\|(?P<id>\d+)\s*$")
_LISTED = 20
_OTHER_NAMES = {"work": "exercise", "grade": "points"}


@dataclass(frozen=True, slots=True)
class PersonPoints:
    """The points of one person, as a table says them."""

    name: str
    id: str
    points: float
    possible: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be filled. ``most`` is what it is out of, None if the file does not say it."""

    place: int
    title: str
    id: str = ""
    most: float | None = None


@dataclass
class Filled:
    """The gradebook with the points in it, and what was done."""

    system: str
    column: str
    content: bytes = b""
    filled: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    """People who have another value there already, or are excused."""
    unknown: list[str] = field(default_factory=list)
    """People with points who are not in the gradebook, or fit more than one of its rows."""


@dataclass(frozen=True)
class _Layout:
    """Where things are in the gradebook of one system."""

    system: str
    columns: tuple[Column, ...]
    first: int
    """The first row that is a person's."""
    who: Callable[[list[str]], list[str]]
    """What a row says of its person, ids first; their order decides, so that no name wins over an id."""
    closed: Callable[[list[str], int], bool] = lambda row, place: False


def fill(
    raw: bytes, earned: Sequence[PersonPoints], *, column: str | None, wanted: Sequence[str], scale: bool, replace: bool
) -> Filled:
    """Fill the points into one column.

    Parameters
    ----------
    column : str, optional
        Its header, title or id. Without it, the only column whose title is one of ``wanted``, or the only one.
    scale : bool
        Whether points are converted to what the column is out of, where that is another number.
    replace : bool
        Whether other values that stand there are replaced. Who is excused stays excused.

    Raises
    ------
    UsageError
        It is no gradebook that is known, has no such column, or its column is out of another number of points.
    """
    text, encoding, delimiter = _read(raw)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise _unknown(str(error)) from error
    layout = _layout(rows)
    chosen = _chosen(layout, column, wanted)
    found = Filled(layout.system, chosen.title)
    people = _people(rows, layout)
    for one in earned:
        place = _row_of(one, people)
        if place is None:
            found.unknown.append(one_line(f"{one.name} {one.id}", 200).strip())
            continue
        row = rows[place]
        row += [""] * (chosen.place + 1 - len(row))
        points, there = _written(one, chosen, scale), row[chosen.place].strip()
        if _same(there, points):
            found.unchanged += 1
        elif layout.closed(row, chosen.place) or (there and not replace):
            found.kept.append(one_line(f"{one.name}: {there or 'closed'}, not {points}", 200))
        else:
            row[chosen.place] = points
            found.filled += 1
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(rows)
    found.content = written.getvalue().encode(encoding)
    return found


def _read(raw: bytes) -> tuple[str, str, str]:
    """Return the text, its encoding and its delimiter."""
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    encoding = "utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else encoding
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unknown("it is not UTF-8") from error
    first = text.partition("\n")[0]
    return text, encoding, max(",;\t", key=first.count)


def _layout(rows: list[list[str]]) -> _Layout:
    header = [cell.strip() for cell in rows[0]] if rows else []
    plain = [squashed(cell) for cell in header]
    if plain[:2] == ["student", "id"] or plain[:3] == ["lastname", "firstname", "id"]:
        return _canvas(rows, header)
    blackboard = [(place, _BLACKBOARD.match(cell)) for place, cell in enumerate(header)]
    columns = [Column(place, f["title"], f["id"], _value(f["most"])) for place, f in blackboard if f is not None]
    if columns and "username" in plain:
        keys = [plain.index(name) for name in ("studentid", "username") if name in plain]
        first, last = (plain.index(name) if name in plain else -1 for name in ("firstname", "lastname"))
        return _Layout("Blackboard", tuple(columns), 1, lambda row: [*_cells(row, keys), _name(row, first, last)])
    return _moodle(rows, header)


def _canvas(rows: list[list[str]], header: list[str]) -> _Layout:
    plain = [squashed(cell) for cell in header]
    ids = [plain.index(name) for name in ("id", "sisuserid", "sisloginid", "integrationid") if name in plain]
    split = plain[0] == "lastname"
    first = 1
    most: list[str] = []
    while first < len(rows) and not _cells(rows[first], ids[:1])[0] and first < 4:
        # Rows for the columns, not for people: "Points Possible", and which are posted by hand.
        most = rows[first] if rows[first] and rows[first][0].strip().startswith("Points Possible") else most
        first += 1
    columns = [
        Column(place, _CANVAS_ID.sub("", cell).strip(), match[1], _value(most[place] if place < len(most) else ""))
        for place, cell in enumerate(header)
        if (match := _CANVAS_ID.search(cell)) and "(read only)" not in (most[place] if place < len(most) else "")
    ]

    def who(row: list[str]) -> list[str]:
        return [*_cells(row, ids), _name(row, 1, 0) if split else _turned(row[0] if row else "")]

    return _Layout("Canvas", tuple(columns), first, who, lambda row, place: row[place].strip().upper() == "EX")


def _moodle(rows: list[list[str]], header: list[str]) -> _Layout:
    """Return the layout of a grading worksheet, in whatever language its headers are."""
    people = [row for row in rows[1:] if any(row)]
    if len(header) < 4 or not people or not all(re.search(r"\D\d+$", row[0].strip()) for row in people):
        raise _unknown("its first line is none of Canvas or Blackboard, and its first column no participants of Moodle")
    same = [place for place in range(3, len(header)) if _constant(people, place)]
    columns = [Column(place - 1, header[place - 1], "", _value(people[0][place])) for place in same]
    columns += [
        Column(place, cell) for place, cell in enumerate(header) if squashed(cell) == "grade" and place + 1 not in same
    ]
    number = [place for place, cell in enumerate(header) if squashed(cell) == "gradecanbechanged"]
    return _Layout(
        "Moodle", tuple(columns), 1,
        lambda row: [re.sub(r".*?(\d+)\s*$", r"\1", row[0] if row else ""), *_cells(row, [2, 3]), *_cells(row, [1])],
        lambda row, place: bool(number) and squashed(_cells(row, number)[0]) in ("no",),
    )  # fmt: skip


def _constant(people: list[list[str]], place: int) -> bool:
    """Whether a column holds one number for everybody: what an assignment is out of."""
    cells = {row[place].strip() if place < len(row) else "" for row in people}
    return len(cells) == 1 and bool(_value(cells.pop()))


def _chosen(layout: _Layout, column: str | None, wanted: Sequence[str]) -> Column:
    def fits(one: Column, text: str) -> bool:
        return text.strip() in (one.id, f"{one.title} ({one.id})") or squashed(text) == squashed(one.title)

    texts = wanted if column is None else [column]
    fitting = [one for one in layout.columns if any(fits(one, text) for text in texts if text.strip())]
    if not fitting and column is None and len(layout.columns) == 1:
        fitting = list(layout.columns)
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(f"{one.title} ({one.id})" if one.id else one.title for one in layout.columns[:_LISTED])
    what = "no column is" if not fitting else f"{len(fitting)} columns are"
    named = f" called {one_line(column, 100)!r}" if column is not None else " surely the one"
    listed = one_line(there, 1500) or "none that can be filled"
    raise UsageError(
        f"In this gradebook of {layout.system} {what}{named}. It has: {listed}.",
        next_step="Name one of them, or its number, with --column; a new one is made in the LMS, and exported again.",
    )


def _people(rows: list[list[str]], layout: _Layout) -> list[dict[str, int | None]]:
    """Return, for each kind of name, whose it is; None for what two people have."""
    found: list[dict[str, int | None]] = []
    for place in range(layout.first, len(rows)):
        for kind, text in enumerate(layout.who(rows[place])):
            while len(found) <= kind:
                found.append({})
            if key := squashed(text):
                found[kind][key] = None if key in found[kind] else place
    return found


def _row_of(one: PersonPoints, people: list[dict[str, int | None]]) -> int | None:
    """Return the row of a person: by the id in any of the gradebook's ids, else by the name."""
    if one.id:
        keys = {squashed(one.id), squashed(one.id.partition("@")[0])}
        places = {kind[key] for kind in people[:-1] for key in keys if kind.get(key) is not None}
        if places:
            return places.pop() if len(places) == 1 else None
    return people[-1].get(squashed(one.name)) if people and squashed(one.name) else None


def _written(one: PersonPoints, column: Column, scale: bool) -> str:
    points = one.points
    if column.most is not None and abs(column.most - one.possible) > 1e-9:
        if not scale:
            title = one_line(column.title, 100)
            raise UsageError(
                f"The column {title} is out of {column.most:g} points, these are out of {one.possible:g}.",
                next_step="With --scale they are converted.",
            )
        points = points * column.most / one.possible if one.possible else 0.0
    # Never a separator of thousands: Canvas drops all but the last sign, and reads 12,345 as 12.345.
    return f"{points:.2f}".rstrip("0").rstrip(".")


def _same(there: str, points: str) -> bool:
    value = _value(there)
    return value is not None and abs(value - float(points)) < 0.005


def _value(text: str) -> float | None:
    return float(text.strip().replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _cells(row: list[str], places: Sequence[int]) -> list[str]:
    return [row[place].strip() if place < len(row) else "" for place in places]


def _name(row: list[str], first: int, last: int) -> str:
    return " ".join(filter(None, _cells(row, [place for place in (first, last) if place >= 0])))


def _turned(name: str) -> str:
    """Return "Ada Lovelace" of "Lovelace, Ada"."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


def _unknown(why: str) -> UsageError:
    return UsageError(
        f"This is no gradebook that is known: {why}.",
        next_step="Export the gradebook of Canvas or Blackboard, or Moodle's grading worksheet, and name that file.",
    )


def read_points(raw: bytes, exercise: str | None) -> Iterator[PersonPoints]:
    """Yield the people of a table that ``dlquiz class`` has written; those without points are left out.

    Raises
    ------
    UsageError
        It is no such table, has several exercises and none is named, or a number is none; the message says the line.
    """
    text = raw.decode("utf-8-sig", "replace")
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), restval=""))
    except csv.Error:
        rows = []
    # A table by rules calls them so: there the exercises are works among others, and the points are grades.
    rows = [{_OTHER_NAMES.get(name, name): cell for name, cell in row.items()} for row in rows]
    if not rows or not {"learner", "id", "points", "possible"} <= rows[0].keys():
        raise UsageError(
            "This is no table of points: it needs the columns learner, id, points and possible.",
            next_step="Write one: dlquiz class grade PATH... --csv grades.csv",
        )
    there = sorted({row["exercise"] for row in rows if row.get("exercise")})
    if exercise is None and len(there) > 1:
        raise UsageError(f"The table has several exercises: {', '.join(there)}.", next_step="Name one with --exercise.")
    for line, row in enumerate(rows, 2):
        if exercise is not None and row.get("exercise", exercise) != exercise:
            continue
        points, possible = (_value(row[name]) for name in ("points", "possible"))
        if row["points"].strip() and points is None:
            raise UsageError(
                f"Line {line} of the table: {one_line(row['points'], 60)!r} is no number of points.",
                next_step="Repair it, and type the command again.",
            )
        if points is not None and possible:
            yield PersonPoints(_bare(row["learner"]), _bare(row["id"]), points, possible)


def _bare(cell: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from running a cell."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r") else cell
