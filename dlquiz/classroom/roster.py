"""The people of a class, from a CSV file: whose hand-in is whose, and who handed in nothing."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dlquiz.classroom.names import Learner
from dlquiz.errors import UsageError
from dlquiz.text import one_line

MAX_BYTES: Final = 20_000_000

_HEADERS = {
    "name": "name fullname student studentname learner displayname sortablename",
    "first": "firstname givenname first forename",
    "last": "lastname surname familyname last",
    "id": "id sid canvasid canvasuserid moodleid sisuserid studentid idnumber identifier studentnumber matriculation"
    " number userid",
    "email": "email emailaddress mail emails",
    "login": "login username user sisloginid loginid githubusername github",
    "section": "section sections group class sectionname course",
    "team": "team teamname groupname teams",
}
HEADER_COLUMNS = {header: column for column, headers in _HEADERS.items() for header in headers.split()}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One person of the roster."""

    name: str
    id: str
    section: str = ""
    team: str = ""


class Roster:
    """People, and how to find one by what an LMS wrote."""

    def __init__(self, people: Iterable[tuple[Enrolled, Iterable[str]]]) -> None:
        self.people: list[Enrolled] = []
        self._by_key: dict[str, Enrolled | None] = {}
        self._teams: dict[str, list[Enrolled]] = {}
        for person, names in people:
            self.people.append(person)
            if team := squashed(person.team):
                self._teams.setdefault(team, []).append(person)
            for key in {squashed(name) for name in names} - {""}:
                # What fits two people fits nobody.
                self._by_key[key] = None if key in self._by_key else person

    def find(self, learner: Learner) -> Enrolled | None:
        """Return who it is: by id first, then by name, login or email."""
        for text in (learner.id, learner.name):
            person = self._by_key.get(squashed(text)) if text else None
            if person is not None:
                return person
        return None

    def members(self, learner: Learner) -> tuple[Enrolled, ...]:
        """Return everybody whom an LMS means: a person, the team of this name, or people in one list with commas."""
        person = self.find(learner)
        if person is not None:
            return (person,)
        if team := self._teams.get(squashed(learner.name)):
            return tuple(team)
        for text in (learner.id, learner.name):
            parts = [part.strip() for part in text.split(",")]
            people = [self.find(Learner(part)) for part in parts] if len(parts) > 1 else []
            known = tuple(dict.fromkeys(one for one in people if one is not None))
            if known and None not in people:
                return known
        return ()


def squashed(text: str) -> str:
    """Return what is left of a name to compare: letters and digits, without case and accents."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in bare if sign.isalnum())


def read_roster(raw: bytes, name: str) -> Roster:
    """Read a CSV with a line of headers; commas, semicolons or tabs.

    Raises
    ------
    UsageError
        It is not such a file; the message says what is missing.
    """
    text = decoded(raw)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise _unreadable(name, str(error)) from error
    columns = [HEADER_COLUMNS.get(squashed(header)) for header in (rows[0] if rows else [])]
    if not {"name", "last", "id", "email", "login"} & set(columns):
        raise _unreadable(name, "its first line names no column that says who somebody is")
    return Roster(filter(None, (enrolled(columns, row) for row in rows[1:])))


def decoded(raw: bytes) -> str:
    """Return the text of a table as spreadsheets save it."""
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def enrolled(columns: Sequence[str | None], row: Sequence[str]) -> tuple[Enrolled, list[str]] | None:
    """Return one person, and the names under which an LMS may know them; None for an empty row."""
    found: dict[str, str] = {}
    names: list[str] = []
    for column, cell in zip(columns, row, strict=False):
        if column is not None and (said := one_line(cell, 200)):
            found.setdefault(column, said)
            names += [said, said.partition("@")[0]] if column in ("id", "login", "email") else []
    first, last, name = found.get("first", ""), found.get("last", ""), found.get("name", "")
    if not name:
        name = f"{first} {last}".strip()
    elif "," in name:
        last, _, first = (part.strip() for part in name.partition(","))
        name = f"{first} {last}"
    person = Enrolled(
        name or found.get("login", "") or found.get("email", "") or found.get("id", ""),
        found.get("id", "") or found.get("login", "") or found.get("email", ""),
        found.get("section", ""),
        found.get("team", ""),
    )
    words = name.split()
    # Canvas writes the last name first, in one word.
    names += [name, f"{last}{first}", f"{words[-1]}{''.join(words[:-1])}" if words else ""]
    return (person, names) if person.name else None


def _unreadable(name: str, why: str) -> UsageError:
    return UsageError(
        f"{one_line(name, 200)} is not a roster: {why}.",
        next_step="Give a CSV file whose first line is, for example, name,id,email,login,section",
    )
