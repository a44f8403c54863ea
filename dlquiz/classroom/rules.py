"""Read ``class.yaml`` and look at what it names: people, sections, exercises, quizzes, dates of the clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from dlquiz.classroom.names import Learner
from dlquiz.classroom.reckoning import Terms, moment
from dlquiz.classroom.roster import MAX_BYTES, Enrolled, Roster, enrolled, read_roster, squashed
from dlquiz.content.course import validated
from dlquiz.content.findings import in_file_order
from dlquiz.content.yamlfile import Document, Place, read_document, stop
from dlquiz.errors import Finding, UsageError
from dlquiz.model.class_rules import ClassRules, Extension, GroupRules
from dlquiz.model.codes import Code, Loc

if TYPE_CHECKING:
    from dlquiz.content.course import Course

OVERRIDE: Final = "override"
"""In tables of points by hand, the row of a grade that a person sets."""
_COLUMNS: Final = ("id", "name", "email", "login", "section")


JoinedGroup: TypeAlias = tuple[GroupRules, tuple[Enrolled, ...]]
"""Who hands in together, and the people who that is."""


@dataclass(frozen=True, slots=True)
class KnownRules:
    """The rules of a class, and its people. ``roster`` is None if the rules name nobody."""

    said: ClassRules
    roster: Roster | None
    zone: ZoneInfo
    groups: tuple[JoinedGroup, ...] = ()
    groups_of: Mapping[Enrolled, Sequence[JoinedGroup]] = field(default_factory=dict)
    extensions_of: Mapping[Enrolled, Sequence[Extension]] = field(default_factory=dict)

    def partners(self, person: Enrolled, work: str) -> tuple[Enrolled, ...]:
        """Return who hands this in together, the person first."""
        for group, members in self.groups_of.get(person, ()):
            if not group.exercises or work in group.exercises:
                return (person, *(one for one in members if one != person))
        return (person,)

    def group_called(self, name: str) -> tuple[Enrolled, ...]:
        """Return the members of a group of this name."""
        wanted = squashed(name)
        return next((members for group, members in self.groups if wanted and squashed(group.name) == wanted), ())

    def terms(self, person: Enrolled, work: str) -> Terms:
        """Return what holds for a person: of those who hand in together, the latest date holds for all."""
        rules = self.said.work(work)
        together = self.partners(person, work)
        dues = [self._due(one, work) for one in together]
        due = None if None in dues else max((found[0] for found in dues if found), default=None)
        return Terms(
            due,
            self.zone,
            rules.late or self.said.late,
            rules.attempts or self.said.attempts,
            self.said.unknown_time,
            extended=any(found[1] and found[0] == due for found in dues if found),
            excused=any(one.excused for one in self._extensions(person, work)),
        )

    def _due(self, person: Enrolled, work: str) -> tuple[datetime, bool] | None:
        """Return a person's own due date, and whether it was extended."""
        rules = self.said.work(work)
        clock = rules.due_in.get(person.section, rules.due)
        if clock is None:
            return None
        due = best = moment(clock, self.zone)
        for one in self._extensions(person, work):
            if one.until is not None:
                best = max(best, moment(one.until, self.zone))
            elif one.by is not None:
                best = max(best, self._later(clock, one.by))
        return best, best > due

    def _later(self, clock: datetime, by: timedelta) -> datetime:
        """Move a due date by the clock: three days later at the same time, also where the clock is changed."""
        local = clock.astimezone(self.zone).replace(tzinfo=None) if clock.tzinfo else clock
        return moment(local + by, self.zone)

    def _extensions(self, person: Enrolled, work: str) -> list[Extension]:
        return [one for one in self.extensions_of.get(person, ()) if one.work in (None, work)]

    def released(self, now: datetime) -> bool:
        """Whether learners may see their grades."""
        return self.said.release is None or now >= moment(self.said.release, self.zone)

    def own_seed(self, person: Enrolled, quiz: str) -> int:
        """Return the seed that draws a person's variants of a quiz."""
        return int.from_bytes(self._digest("quiz", quiz, person.id or person.name)[:6], "big")

    def anonymous_id(self, person: Enrolled) -> str:
        """Return a name that says nothing about a person to whom the seed is not known."""
        return f"L-{self._digest('learner', person.id or person.name).hex()[:10]}"

    def _digest(self, *words: str) -> bytes:
        # Lengths first: no two different lists of words are the same text.
        text = "".join(f"{len(word)}:{word}" for word in (str(self.said.seed), *words))
        return sha256(text.encode("utf-8", "surrogatepass")).digest()


def load_rules(path: Path, course: "Course", roster: Roster | None = None) -> KnownRules:
    """Read and check the rules of a class.

    Parameters
    ----------
    path : Path
        ``class.yaml``; its roster lies beside it.
    course : Course
        Whose exercises and quizzes it names.
    roster : Roster, optional
        People, in the place of those that the file names.

    Raises
    ------
    ContentError
        The file has mistakes: all of them, with their places.
    """
    document = read_document(path)
    said = validated(document, ClassRules)
    check = _Check(document, said, course, path.parent)
    zone = check.zone()
    people = roster if roster is not None else check.roster()
    groups = check.names(people, zone)
    if check.findings:
        stop(*in_file_order(check.findings))
    assert zone is not None
    groups_of: dict[Enrolled, list[JoinedGroup]] = {}
    for group in groups:
        for person in group[1]:
            groups_of.setdefault(person, []).append(group)
    extensions_of: dict[Enrolled, list[Extension]] = {}
    for one in said.extensions:
        if people is not None and (who := people.find(Learner(one.learner, one.learner))) is not None:
            extensions_of.setdefault(who, []).append(one)
    return KnownRules(said, people, zone, groups, groups_of, extensions_of)


@dataclass(slots=True)
class _Check:
    document: Document
    said: ClassRules
    course: "Course"
    folder: Path
    findings: list[Finding] = field(default_factory=list)

    def zone(self) -> ZoneInfo | None:
        """Return the time zone."""
        name = self.said.timezone
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            known = available_timezones()
        close = get_close_matches(name, known, n=1) or [one for one in known if one.endswith(f"/{name.title()}")]
        help = f"did you mean '{close[0]}'?" if close else "take a name of the IANA list, such as Europe/Berlin"
        if not known:
            help = "this machine knows no time zones: python -m pip install tzdata"
        self._add(("timezone",), Code.TIME, f"there is no time zone '{name}'", help)
        return None

    def roster(self) -> Roster | None:
        """Return the people whom the file names."""
        said = self.said
        if said.roster is not None and said.learners:
            self._add(("learners",), Code.OTHER, "both 'roster' and 'learners' name the people", "keep one of them")
        if said.roster is not None:
            try:
                with (self.folder / said.roster).open("rb") as file:
                    return read_roster(file.read(MAX_BYTES), said.roster)
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                message = f"the roster '{said.roster}' cannot be read: {reason.lower()}"
                self._add(("roster",), Code.NOT_THERE, message, "name a CSV file beside this file")
            except UsageError as error:
                self._add(("roster",), Code.NOT_THERE, error.message, error.next_step)
            return None
        if not said.learners:
            return None
        rows = [enrolled(_COLUMNS, [getattr(one, name) or "" for name in _COLUMNS]) for one in said.learners]
        self._twice([(("learners", number, "id"), one.id) for number, one in enumerate(said.learners)])
        return Roster(filter(None, rows))

    def _twice(self, named: Sequence[tuple[Loc, str]]) -> None:
        seen: dict[str, int] = {}
        for where, name in named:
            if (first := seen.get(squashed(name))) is not None:
                self._add(where, Code.DUPLICATE_ID, f"'{name}' stands here twice (first on line {first})", "keep one")
            else:
                seen[squashed(name)] = self._place(where).line

    def names(self, people: Roster | None, zone: ZoneInfo | None) -> tuple[JoinedGroup, ...]:
        """Look at everything that is named; return the groups with their members."""
        said = self.said
        for kind, known in (("exercises", self.course.exercise_ids()), ("quizzes", self.course.quiz_ids())):
            for name in getattr(said, kind):
                self._known(name, known, kind, (kind, name), at_key=True)
        both = [name for name in said.quizzes if name in said.exercises]
        for name in both:
            self._add(("quizzes", name), Code.DUPLICATE_ID, f"'{name}' is an exercise, too", "keep one", at_key=True)
        self._sections(people)
        works = (*self.course.exercise_ids(), *self.course.quiz_ids())
        for number, one in enumerate(said.extensions):
            self._person(one.learner, people, ("extensions", number, "learner"))
            if one.work is not None:
                self._known(one.work, works, "exercises and quizzes", ("extensions", number, "work"))
        self._rubrics()
        if zone is not None:
            self._clock(zone)
        if said.anonymous and said.seed is None:
            self._add(("anonymous",), Code.MISSING_FIELD, "anonymous ids need a 'seed'", "write seed: and any number")
        return self._groups(people)

    def _groups(self, people: Roster | None) -> tuple[JoinedGroup, ...]:
        said, found = self.said, []
        self._twice([(("groups", number, "name"), one.name) for number, one in enumerate(said.groups)])
        taken: dict[tuple[Enrolled, str], str] = {}
        for number, group in enumerate(said.groups):
            for place, name in enumerate(group.exercises):
                where = ("groups", number, "exercises", place)
                self._known(name, self.course.exercise_ids(), "exercises", where)
            members = []
            for place, name in enumerate(group.members):
                where = ("groups", number, "members", place)
                person = self._person(name, people, where)
                if person is None:
                    continue
                if person in members:
                    self._add(where, Code.GROUP, f"'{name}' stands twice in this group", "take one out")
                members.append(person)
                for work in group.exercises or self.course.exercise_ids():
                    other = taken.setdefault((person, work), group.name)
                    if other != group.name:
                        message = f"'{name}' is in the group '{other}' for {work}, too"
                        self._add(where, Code.GROUP, message, "keep the learner in one of the two groups")
                        break
            found.append((group, tuple(members)))
        return tuple(found)

    def _rubrics(self) -> None:
        for kind in ("exercises", "quizzes"):
            for name, work in getattr(self.said, kind).items():
                if OVERRIDE in work.rubric:
                    help = "give the row another name"
                    message = f"'{OVERRIDE}' in a table of points means a grade that a person sets"
                    self._add((kind, name, "rubric", OVERRIDE), Code.NOT_ALLOWED, message, help, at_key=True)

    def _sections(self, people: Roster | None) -> None:
        said = self.said
        self._twice([(("sections", number), name) for number, name in enumerate(said.sections)])
        there = {one.section for one in people.people} - {""} if people is not None else set()
        known = said.sections or tuple(sorted(there))
        for kind in ("exercises", "quizzes"):
            for name, work in getattr(said, kind).items():
                for section in work.due_in:
                    self._known(section, known, "sections", (kind, name, "due_in", section), at_key=True)
        if not said.sections:
            return
        for number, one in enumerate(said.learners):
            if one.section is not None:
                self._known(one.section, known, "sections", ("learners", number, "section"))
        if said.roster is not None:
            for section in sorted(there - set(known)):
                self._known(section, known, "sections", ("roster",))

    def _clock(self, zone: ZoneInfo) -> None:
        """Tell of a time that no clock of the zone shows: it is skipped when the clock is changed."""
        for path, at in self._times():
            if (
                at.tzinfo is None
                and at.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at
            ):
                message = f"the clock is changed then: there is no {at:%H:%M} on {at:%Y-%m-%d} in {zone.key}"
                self._add(path, Code.TIME, message, "take an hour earlier or later")

    def _times(self) -> Iterator[tuple[Loc, datetime]]:
        said = self.said
        for kind in ("exercises", "quizzes"):
            for name, work in getattr(said, kind).items():
                if work.due is not None:
                    yield (kind, name, "due"), work.due
                yield from (((kind, name, "due_in", section), due) for section, due in work.due_in.items())
        yield from (
            (("extensions", number, "until"), one.until) for number, one in enumerate(said.extensions) if one.until
        )
        if said.release is not None:
            yield ("release",), said.release

    def _person(self, name: str, people: Roster | None, where: Loc) -> Enrolled | None:
        found = people.find(Learner(name, name)) if people is not None else None
        if found is None:
            if people is None:
                message, help = f"the file names no people, so '{name}' is nobody", "write roster: people.csv"
            else:
                message = f"'{name}' is nobody on the roster, or more than one"
                help = _guess(name, [text for one in people.people for text in (one.id, one.name)], "the ids of people")
            self._add(where, Code.NOT_THERE, message, help)
        return found

    def _known(self, name: str, known: Sequence[str], what: str, where: Loc, *, at_key: bool = False) -> None:
        if name not in known:
            message = f"'{name}' is none of the {what} of the {'class' if what == 'sections' else 'course'}"
            self._add(where, Code.NOT_THERE, message, _guess(name, known, what), at_key=at_key)

    def _add(self, where: Loc, code: Code, message: str, help: str, *, at_key: bool = False) -> None:
        place = self._place(where, at_key=at_key)
        self.findings.append(self.document.finding(place, code, message, help))

    def _place(self, where: Loc, *, at_key: bool = False) -> Place:
        """Return where something stands; where the mapping around it begins, if it does not."""
        node, key = self.document.root, self.document.root.place
        for step in where:
            if isinstance(node.value, dict) and step in node.value:
                entry = node.value[str(step)]
                node, key = entry.node, entry.key
            elif isinstance(node.value, list) and isinstance(step, int):
                node = node.value[step]
                key = node.place
        return key if at_key else node.place


def _guess(name: str, known: Sequence[str], what: str) -> str:
    close = get_close_matches(name, known, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    few = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
    return f"{what}: {few}" if known else f"there are no {what}"
