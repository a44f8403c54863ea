"""Read the answers of a class: rows in CSV or JSON, result documents, and workspace stores.

A row has ``learner`` and ``question``, and ``answer`` or ``score`` (0 to 1) or both; ``variant``, ``quiz`` and ``time``
may follow. A row without a score is marked here, as a sitting would.
"""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from dlquiz.content.yamlfile import shown_path, stop
from dlquiz.errors import Finding, StoreError
from dlquiz.model.answer_log import StoredAnswer
from dlquiz.model.codes import Code
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.analysis import Response
from dlquiz.quiz.answers import answer_of
from dlquiz.quiz.marking import Mark, mark_in

ENDINGS = (".csv", ".json", ".jsonl", ".sqlite3")
MAX_BYTES = 100 * 2**20
_STORE = "progress.sqlite3"

StoreReader: TypeAlias = Callable[[Path, Collection[str]], Iterable[StoredAnswer]]
"""Takes a store and the ids of quizzes; stores belong to a room above this one."""


def read_attempts(
    paths: Iterable[Path], names: Collection[str], quiz: Quiz, *, read_store: StoreReader
) -> Iterator[Response]:
    """Yield the answers in files and folders (with all folders below them).

    Parameters
    ----------
    paths : iterable of Path
        Files with one of `ENDINGS`, or folders; in a folder, files of other kinds are passed over.
    names : collection of str
        What the quiz is called: rows that name another one are left out.
    quiz : Quiz
        Marks answers that come without a score.
    read_store : callable
        Returns the answers in the store of a workspace; StoreError if it is none.

    Raises
    ------
    ContentError
        A file cannot be read, or a row of it; the finding says which line and what is missing.
    """
    by_id = {question.id: question for question in quiz.questions}
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.is_file() and _holds_answers(file, path))
            if not files:
                _refuse(path, 0, f"there is no file of answers in this folder ({', '.join(ENDINGS)})")
        else:
            files = [path]
        for file in files:
            for line, row in _rows(file, _learner(file, path), names, read_store):
                found = _attempt(row, file, line, names, quiz, by_id)
                if found is not None:
                    yield found


def _holds_answers(file: Path, folder: Path) -> bool:
    """Return whether a file counts by its name: of hidden folders only the store of a workspace does."""
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file.name == _STORE if hidden else file.suffix.lower() in ENDINGS


def _learner(file: Path, given: Path) -> str:
    """Name a learner after the file, if its rows do not: the folder of a workspace, or the name of the file."""
    where = file.relative_to(given) if given.is_dir() else file
    if file.name == _STORE:
        parents = [part for part in where.parent.parts if part not in (".dlquiz", "dlquiz-work", "/")]
        return "/".join(parents) or given.resolve().name
    return where.with_suffix("").as_posix()


def _rows(
    file: Path, learner: str, names: Collection[str], read_store: StoreReader
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    suffix = file.suffix.lower()
    if suffix == ".sqlite3":
        yield from _stored(file, learner, names, read_store)
        return
    if suffix not in ENDINGS:
        _refuse(file, 0, f"'{suffix}' is no kind of file that holds answers: expected {', '.join(ENDINGS)}")
    text = _text(file)
    if suffix == ".csv":
        yield from _from_csv(text, file)
    elif suffix == ".jsonl":
        for line, one in enumerate(text.splitlines(), 1):
            if one.strip():
                yield line, _object(_json(one, file, line), file, line)
    else:
        yield from _from_json(_json(text, file, 1), file, learner)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            _refuse(file, 0, f"the file is larger than {MAX_BYTES // 2**20} MiB")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        _refuse(file, 0, "the file is not UTF-8 text")
    except OSError as error:
        _refuse(file, 0, f"the file cannot be read: {(error.strerror or str(error)).lower()}")


def _from_csv(text: str, file: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = [name.strip() for name in reader.fieldnames or ()]
    missing = [name for name in ("learner", "question") if name not in names]
    if missing:
        _refuse(file, 1, f"the first line names no column '{missing[0]}'; it names: {', '.join(names) or 'nothing'}")
    reader.fieldnames = names
    try:
        for row in reader:
            yield reader.line_num, {name: value for name, value in row.items() if name and value not in (None, "")}
    except csv.Error as error:
        _refuse(file, reader.line_num, f"this is not valid CSV: {error}")


def _from_json(value: Any, file: Path, learner: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Read a list of rows, ``{"attempts": rows}``, or a document of ``dlquiz quiz ID --answers FILE --json``."""
    if isinstance(value, dict) and isinstance(value.get("questions"), list):
        for entry in value["questions"]:
            one = _object(entry, file, 0)
            if one.get("status") not in ("unanswered", "unclear"):
                row = {name: one.get(name) for name in ("answer", "score", "variant")}
                yield 0, {"learner": learner, "quiz": value.get("quiz"), "question": one.get("id"), **row}
        return
    rows = value.get("attempts") if isinstance(value, dict) else value
    if not isinstance(rows, list):
        _refuse(file, 0, "expected a list of answers, each {learner, question, answer, score}")
    for row in rows:
        yield 0, _object(row, file, 0)


def _stored(
    file: Path, learner: str, names: Collection[str], read_store: StoreReader
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        found = read_store(file, names)
    except StoreError as error:
        _refuse(file, 0, error.message)
    for one in found:
        time, answer = one.answered_at.isoformat(timespec="microseconds"), _json(one.answer_json, file, 0)
        yield 0, {"learner": learner, "question": one.question_id, "answer": answer, "score": one.score, "time": time}


def _attempt(
    row: Mapping[str, Any], file: Path, line: int, names: Collection[str], quiz: Quiz, by_id: Mapping[str, Question]
) -> Response | None:
    """Make an attempt of a row; None if it belongs to another quiz."""
    if row.get("quiz") and str(row["quiz"]) not in names:
        return None
    learner, name = (str(row.get(field) or "").strip() for field in ("learner", "question"))
    if not learner or not name:
        _refuse(file, line, f"an answer has no {'question' if learner else 'learner'}")
    answer, when = row.get("answer"), str(row.get("time") or row.get("attempt") or "")
    if when.isdigit():
        when = when.zfill(20)  # numbers of attempts are compared as text, too
    score = _score(row.get("score"), file, line)
    if score is None and name in by_id:
        result = _marked(row, file, line, quiz, by_id[name])
        if result.unclear:
            return None
        score = result.score
    return Response(learner, name, _texts(answer), score or 0.0, when)


def _marked(row: Mapping[str, Any], file: Path, line: int, quiz: Quiz, question: Question) -> Mark:
    try:
        answer = answer_of(row.get("answer"))
    except ValueError as error:
        _refuse(file, line, f"the answer to '{question.id}' is {error}")
    if answer is None:
        _refuse(file, line, "there is neither an answer nor a score")
    return mark_in(quiz, question, answer, _variant(row.get("variant"), file, line, question))


def _variant(value: Any, file: Path, line: int, question: Question) -> int | None:
    """Return which variant was asked; None for a question without parameters, whatever the row says."""
    if not question.params:
        return None
    count = len(question.all_variants)
    if value is None:
        _refuse(file, line, f"'{question.id}' has {count} variants: an answer without a score needs its 'variant'")
    number = int(value) if str(value).isascii() and str(value).isdigit() else count
    if number >= count:
        _refuse(file, line, f"'{question.id}' has the variants 0 to {count - 1}, found {value!r}")
    return number


def _score(value: Any, file: Path, line: int) -> float | None:
    if value is None:
        return None
    try:
        score = float(value)
    except (TypeError, ValueError):
        score = float("nan")
    if not 0 <= score <= 1:
        _refuse(file, line, f"the score is {value!r}; expected a number from 0 to 1")
    return score


def _texts(answer: Any) -> tuple[str, ...]:
    if answer is None:
        return ()
    if isinstance(answer, list):
        return tuple(str(text) for text in answer)
    if isinstance(answer, dict):
        return tuple(f"{key}: {value}" for key, value in answer.items())
    return (str(answer),)


def _json(text: str, file: Path, line: int) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        _refuse(file, getattr(error, "lineno", 1) + line - 1 if line else 0, f"this is not valid JSON: {error}")


def _object(value: Any, file: Path, line: int) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        _refuse(file, line, "an answer must be an object such as {learner, question, answer, score}")
    return value


def _refuse(file: Path, line: int, message: str) -> NoReturn:
    stop(Finding(shown_path(file), line, 1 if line else 0, Code.UNREADABLE, message))
