"""Answers of a class to a quiz, marked here: files that learners handed in, never what their own progress says.

Everybody has a variant of their own, drawn by the seed of the class: neighbours have other numbers and orders.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from dlquiz.classroom.collect import submitters_in
from dlquiz.classroom.gradescope import FILE
from dlquiz.classroom.matching import Target, person_in
from dlquiz.classroom.names import LMS_NOTE, Learner, NamedEntry, read_name, without_suffix
from dlquiz.classroom.places import ArchivePlace, HandInPlace, open_place
from dlquiz.classroom.roster import Enrolled
from dlquiz.classroom.rules import KnownRules
from dlquiz.errors import UsageError, WorkError
from dlquiz.quiz.answers import MAX_BYTES, Answers, MarkedAnswer, answers_in, mark_all
from dlquiz.quiz.drawing import drawn
from dlquiz.quiz.labels import labelled, partners
from dlquiz.quiz.sitting import asked, slot_for
from dlquiz.quiz.typed_input import read_typed
from dlquiz.quiz.view import seen
from dlquiz.render.quiz import Look, question_lines
from dlquiz.submission.tree import is_clutter, without_top_folder
from dlquiz.text import identifier, one_line

if TYPE_CHECKING:
    from dlquiz.model.quiz import Quiz

ANSWERS: Final = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file of answers, as somebody handed it in; ``problem`` says why it cannot be used."""

    learner: Learner
    label: str
    raw: bytes
    name: str
    late: bool
    when: str
    said_by: str
    order: tuple[int, str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class QuizMark:
    """What one file earned; the points are None where ``problem`` says why there are none.

    ``items`` has each question that was asked and answered, with its mark.
    """

    file: AnswerFile
    person: Enrolled
    earned: float | None
    possible: float
    problem: str = ""
    answered: int = 0
    items: tuple[MarkedAnswer, ...] = ()


def answer_files(paths: Iterable[Path], quiz_id: str) -> list[AnswerFile]:
    """Find the files of answers below some paths: by learner, as an LMS packs them, or one in a folder for each.

    Raises
    ------
    WorkError
        A path cannot be read.
    """
    found: list[AnswerFile] = []
    for path in paths:
        place = open_place(path)
        try:
            found += _files_in(place, quiz_id)
        finally:
            place.close()
    return sorted(found, key=lambda one: one.order)


def _files_in(place: HandInPlace, quiz_id: str) -> list[AnswerFile]:
    people = submitters_in(place)
    wanted = [path for path in place.paths if path.lower().endswith(ANSWERS) and path.rpartition("/")[2] != FILE]
    wanted = [path for path in wanted if not any(map(is_clutter, path.split("/")))]
    inner = {path: path for path in wanted}
    prefix = without_top_folder(wanted) if isinstance(place, ArchivePlace) else ""
    # A folder around everything is the class's if several people's lie in it.
    if prefix and len({path.removeprefix(prefix).partition("/")[0] for path in wanted}) > 1:
        inner = {path: path.removeprefix(prefix) for path in wanted}
    found = []
    for path, name in inner.items():
        entry = _entry(name, quiz_id, people)
        if entry.not_graded == LMS_NOTE:
            continue
        raw, problem = b"", entry.not_graded
        try:
            raw = place.read(path, MAX_BYTES)
        except WorkError as error:
            problem = error.message
        if len(raw) > MAX_BYTES:
            problem = f"larger than {MAX_BYTES // 1_000_000} MB"
        file = entry.file or PurePosixPath(name).name
        order = (entry.order, entry.when, name)
        label = f"{place.name}/{path}"
        found.append(AnswerFile(entry.learner, label, raw, file, entry.late, entry.when, entry.said_by, order, problem))
    return found


def _entry(path: str, quiz_id: str, people: Mapping[str, tuple[Learner, str]]) -> NamedEntry:
    """Read whose a file is."""
    top, _, rest = path.partition("/")
    entry = read_name(top, is_folder=bool(rest))
    if top in people:
        learner, when = people[top]
        return replace(entry, learner=learner, when=when, said_by=f"in Gradescope's {FILE}")
    if not entry.lms and not rest:
        return replace(entry, learner=Learner(person_in(without_suffix(top), Target(quiz_id, quiz_id))))
    return entry


def mark_files(quiz_id: str, quiz: "Quiz", files: Sequence[AnswerFile], rules: KnownRules) -> list[QuizMark]:
    """Mark every file by the variant of its learner; a person who is not known has none."""
    found = []
    for file in files:
        people = rules.roster.members(file.learner) if rules.roster is not None else ()
        if len(people) != 1:
            person = Enrolled(file.learner.name, file.learner.id)
            found.append(QuizMark(file, person, None, 0, "not one person of the roster: the variant is not known"))
        else:
            found.append(_mark(quiz_id, quiz, file, people[0], rules))
    return found


def _mark(quiz_id: str, quiz: "Quiz", file: AnswerFile, person: Enrolled, rules: KnownRules) -> QuizMark:
    seed = rules.own_seed(person, quiz_id)
    mine = {question.id for question in drawn(quiz, seed)}
    possible = sum(question.points for question in quiz.questions if question.id in mine)
    if file.problem:
        return QuizMark(file, person, None, possible, file.problem)
    try:
        marked = mark_typed(quiz, answers_in(file.raw, Path(file.name)), seed)
    except UsageError as error:
        return QuizMark(file, person, None, possible, error.message)
    counted = [one for one in marked if one.question.id in mine]
    unclear = [one.question.id for one in counted if one.mark is not None and one.mark.unclear]
    problem = f"answers that say nothing: {', '.join(unclear[:10])}" if unclear else ""
    answered = sum(one.mark is not None for one in counted)
    items = tuple(one for one in counted if one.mark is not None and not one.mark.unclear)
    return QuizMark(file, person, sum(one.points for one in counted), possible, problem, answered, items)


def mark_typed(quiz: "Quiz", answers: Answers, seed: int) -> tuple[MarkedAnswer, ...]:
    """Mark answers that were written on a sheet: an option by its number or letter there, or in its words."""
    for question in quiz.questions:
        given = answers.get(question.id)
        slot = slot_for(question, seed)
        shown = asked(quiz, slot)
        if isinstance(given, str) and shown is not None:
            answers[question.id] = read_typed(seen(shown), slot.options, given) if given.strip() else None
    return mark_all(quiz, answers, seed)


_LOOK: Final = Look(width=76, plain=True)


def sheet_text(quiz_id: str, quiz: "Quiz", person: Enrolled, rules: KnownRules) -> str:
    """Return a file of answers to fill in: the questions of one learner, in comments, and an empty answer for each."""
    seed = rules.own_seed(person, quiz_id)
    mine = drawn(quiz, seed)
    lines = [
        f"# {one_line(quiz.title, 200)}, for {one_line(person.name, 200)}",
        "# Write each answer behind its colon; leave what you do not know empty.",
    ]
    lines += ["# An option is answered by its number. Put an answer with : or # in quotes.", ""]
    for number, question in enumerate(mine, 1):
        slot = slot_for(question, seed)
        shown = seen(asked(quiz, slot) or question)
        options = labelled(slot.options, numbers=bool(shown.partners))
        told = question_lines(shown, options, number, len(mine), _LOOK, partners=partners(shown))
        lines += [f"# {line}".rstrip() for one in told for line in one.splitlines() or [""]]
        lines += [f"{question.id}:", ""]
    return "\n".join(lines)


def sheet_name(person: Enrolled, quiz_id: str, rules: KnownRules) -> str:
    """Return what a sheet is called, so that it is known again when it comes back."""
    names = (identifier(person.name, 80), "".join(sign for sign in person.id if sign.isalnum()))
    known = [name for name in names if name and rules.roster and rules.roster.find(Learner(name)) == person]
    return f"{known[0] if known else names[0] or 'learner'}_{quiz_id}.yaml"
