"""Who handed in, as the names in an LMS's download say it.

The forms are those that Canvas, Moodle, Gradescope and Blackboard write themselves; a name of any other form is the
learner's own.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")

_MOODLE = re.compile(
    r"(?P<who>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:[_.](?P<file>.*))?", re.DOTALL
)
_CANVAS = re.compile(r"(?P<who>\w+?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<order>\d+)_(?P<file>.+)", re.DOTALL)
_CANVAS_ANON = re.compile(r"anon_(?P<id>[A-Za-z0-9]+)(?P<late>_LATE)?_(?P<order>\d+)_(?P<file>.+)", re.DOTALL)
_CANVAS_TEXT = re.compile(
    r"(?P<who>\w+?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<kind>text|link)\.html"
    r"|anon_(?P<anon>[A-Za-z0-9]+)(?P<anon_late>_LATE)?_(?P<anon_kind>text|link)\.html"
)
_BLACKBOARD = re.compile(
    r".+_(?P<who>[^_]+)_attempt_(?P<date>\d{4}-\d\d-\d\d)-(?P<time>\d\d-\d\d-\d\d)(?:_(?P<file>.+)|\.txt)", re.DOTALL
)
_GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
_WITH_NUMBER = re.compile(r"(?P<who>.+)_(?P<id>\d{2,})", re.DOTALL)

TEXT_ENTRY = "a text that was typed into the LMS, no file"
LINK_ENTRY = "a link, no file"
BLACKBOARD = "in Blackboard's name of the file"
LMS_NOTE = "a note of the LMS's own"


@dataclass(frozen=True, slots=True)
class Learner:
    """Whoever handed in, as far as it is known: a person, a team, or a number."""

    name: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class NamedEntry:
    """What the name of a file or folder says.

    ``file`` is the learner's own name of a file, empty for a folder; the larger ``order``, the later the attempt.
    ``not_graded`` says why there is nothing in it to grade. ``lms`` is False if the name has no form of an LMS;
    ``said_by`` says where ``when`` comes from.
    """

    learner: Learner
    file: str = ""
    late: bool = False
    when: str = ""
    order: int = 0
    not_graded: str = ""
    lms: bool = True
    said_by: str = ""


def read_name(name: str, *, is_folder: bool) -> NamedEntry:
    """Read the name of what lies at the top of a class's folder."""
    for reader in (_moodle, _blackboard, _gradescope if is_folder else _canvas):
        if (entry := reader(name)) is not None:
            return entry
    if not is_folder:
        return NamedEntry(Learner(without_suffix(name)), name, lms=False)
    if found := _WITH_NUMBER.fullmatch(name):
        return NamedEntry(_moodle_learner(found["who"], found["id"]), lms=False)
    return NamedEntry(Learner(name), lms=False)


def without_suffix(name: str) -> str:
    """Return a file's name without what says its kind."""
    for suffix in ARCHIVES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)] or name
    return PurePosixPath(name).stem or name


def is_archive(name: str) -> bool:
    """Say whether a name is that of an archive."""
    return name.lower().endswith(ARCHIVES)


def _moodle(name: str) -> NamedEntry | None:
    found = _MOODLE.fullmatch(name)
    if found is None:
        return None
    typed = TEXT_ENTRY if found["kind"] == "onlinetext" else ""
    return NamedEntry(_moodle_learner(found["who"], found["id"]), found["file"] or "", not_graded=typed)


def _moodle_learner(who: str, number: str) -> Learner:
    name = who.replace("_", " ").strip()
    return Learner(f"{name} {number}" if name == "Participant" else name, number)


def _canvas(name: str) -> NamedEntry | None:
    if found := _CANVAS_TEXT.fullmatch(name):
        kind = TEXT_ENTRY if (found["kind"] or found["anon_kind"]) == "text" else LINK_ENTRY
        learner = _anonymous(found["anon"]) if found["anon"] else Learner(found["who"], found["id"])
        return NamedEntry(learner, name, bool(found["late"] or found["anon_late"]), not_graded=kind)
    if found := _CANVAS_ANON.fullmatch(name):
        return NamedEntry(_anonymous(found["id"]), found["file"], bool(found["late"]), order=int(found["order"]))
    found = _CANVAS.fullmatch(name)
    if found is None or found["who"] != found["who"].lower():
        return None
    return NamedEntry(Learner(found["who"], found["id"]), found["file"], bool(found["late"]), order=int(found["order"]))


def _anonymous(number: str) -> Learner:
    return Learner(f"anon {number}", number)


def _blackboard(name: str) -> NamedEntry | None:
    found = _BLACKBOARD.fullmatch(name)
    if found is None:
        return None
    when = f"{found['date']}T{found['time'].replace('-', ':')}"
    order = int(re.sub(r"\D", "", when))
    learner, note = Learner(found["who"], found["who"]), "" if found["file"] else LMS_NOTE
    return NamedEntry(learner, found["file"] or name, when=when, order=order, not_graded=note, said_by=BLACKBOARD)


def _gradescope(name: str) -> NamedEntry | None:
    found = _GRADESCOPE.fullmatch(name)
    return NamedEntry(Learner(name, found["id"]), order=int(found["id"])) if found else None
