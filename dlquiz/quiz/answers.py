"""Marking a quiz from a file of answers, without a person: ``{question id: answer}``, JSON or YAML.

An answer may also say how sure somebody was of it: ``{question id: {answer: epoch, sure: true}}``.

In YAML every answer stays the text that was written: ``no`` is an option called "no", ``1e-3`` a number, never
something a YAML reader made of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from dlquiz.errors import UnknownName, UsageError
from dlquiz.model.params import variant
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.folding import did_you_mean, printable
from dlquiz.quiz.marking import Answer, Mark, mark_in
from dlquiz.quiz.sitting import drawn_variant, look_again

MAX_BYTES = 4_000_000
_YAML_BOOL = "tag:yaml.org,2002:bool"


class Status(StrEnum):
    """What became of one question."""

    RIGHT = "right"
    PARTLY = "partly right"
    WRONG = "wrong"
    UNCLEAR = "unclear"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    """One question of the quiz, with the answer from the file and its mark (None and None if unanswered).

    ``sure`` is what the file says about it, ``variant`` the number of a parametric question's variant, from 0.
    """

    question: Question
    answer: Answer | None
    mark: Mark | None
    sure: bool | None = None
    variant: int | None = None

    @property
    def status(self) -> Status:
        """Right, partly right, wrong, unclear or unanswered."""
        if self.mark is None:
            return Status.UNANSWERED
        if self.mark.unclear:
            return Status.UNCLEAR
        if self.mark.correct:
            return Status.RIGHT
        return Status.PARTLY if self.mark.score > 0 else Status.WRONG

    @property
    def points(self) -> float:
        """What the answer earned."""
        return self.mark.score * self.question.points if self.mark else 0.0


class Answers(dict[str, Answer | None]):
    """From question id to answer; None where the file says null, "not answered".

    ``sure`` holds what the file says about being sure, by question id.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sure: dict[str, bool] = {}


_WITH_SURE = {"answer", "sure"}


def read_answers(path: Path) -> Answers:
    """Read a file of answers; a file that ends in ``.json`` is JSON, any other is YAML.

    Returns
    -------
    Answers
        A dict from question id to answer.

    Raises
    ------
    UsageError
        The file cannot be read, or is not ``{question id: answer}``.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    return answers_in(raw, path)


def answers_in(raw: bytes, path: Path) -> Answers:
    """Read the content of a file of answers; ``path`` is what it is called. UsageError as `read_answers` says."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not text in UTF-8.", next_step="Save it as UTF-8.") from error
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB; that is no file of answers.")
    return _from_json(path, text) if path.suffix.lower() == ".json" else _from_yaml(path, text)


def _from_json(path: Path, text: str) -> Answers:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise _refused(str(path), f"“{printable(key)}” stands here twice")
            found[key] = value
        return found

    try:
        # NaN and Infinity are no JSON; as text, marking tells the person so.
        data = json.loads(text, object_pairs_hook=unique, parse_constant=str)
    except json.JSONDecodeError as error:
        raise _refused(f"{path}:{error.lineno}:{error.colno}", error.msg) from error
    except (ValueError, RecursionError) as error:
        raise _refused(str(path), f"this JSON cannot be read ({printable(str(error))})") from error
    if not isinstance(data, dict):
        raise _refused(str(path), "the file does not hold one JSON object")
    answers = Answers()
    for written, value in data.items():
        key = _whole(written)
        # No answer holds true or false as a value: a mapping of texts never looks like this.
        if isinstance(value, dict) and value.keys() == _WITH_SURE and isinstance(value["sure"], bool):
            answers.sure[key] = value["sure"]
            value = value["answer"]
        try:
            answers[key] = answer_of(value)
        except ValueError as error:
            raise _refused(str(path), f"the answer to “{printable(written)}” is {error}") from error
    return answers


def answer_of(value: Any) -> Answer | None:
    """Return the answer that a value of a JSON file is; None for null.

    Raises
    ------
    ValueError
        It has no form of an answer; the message says which forms there are.
    """
    if isinstance(value, str):
        return _whole(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list) and all(isinstance(v, str | int | float) for v in value):
        return tuple(_whole(v) if isinstance(v, str) else json.dumps(v) for v in value)
    if isinstance(value, dict) and all(isinstance(v, str | int | float) for v in value.values()):
        return {_whole(k): _whole(v) if isinstance(v, str) else json.dumps(v) for k, v in value.items()}
    raise ValueError("neither a text, a number, a list of texts nor a mapping of texts")


def _whole(text: str) -> str:
    """Replace halves of characters (a JSON file may hold a lone surrogate): nothing can print or store them."""
    return text.encode("utf-8", "replace").decode()


def _from_yaml(path: Path, text: str) -> Answers:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        raise _refused(_place(path, error.problem_mark), error.problem or "this is not YAML") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _refused(str(path), f"this is not YAML ({printable(str(error))})") from error
    if root is None:
        return Answers()
    if not isinstance(root, yaml.MappingNode):
        raise _refused(_place(path, root.start_mark), "the file does not hold lines of “question-id: answer”")
    answers = Answers()
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _refused(_place(path, key.start_mark), "this is no question id")
        if key.value in answers:
            raise _refused(_place(path, key.start_mark), f"“{printable(key.value)}” stands here twice")
        value, sure = _with_sure(value)
        if sure is not None:
            answers.sure[key.value] = sure
        answers[key.value] = _from_yaml_value(path, value)
    return answers


def _with_sure(node: yaml.Node) -> tuple[yaml.Node, bool | None]:
    """Take ``{answer: ..., sure: true}`` apart; any other node stays as it is."""
    if not isinstance(node, yaml.MappingNode) or len(node.value) != 2:
        return node, None
    parts = {str(key.value): value for key, value in node.value}
    if parts.keys() != _WITH_SURE or parts["sure"].tag != _YAML_BOOL:
        return node, None
    return parts["answer"], str(parts["sure"].value).casefold() in ("true", "yes", "on")


def _from_yaml_value(path: Path, node: yaml.Node) -> Answer | None:
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)
    if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
        return tuple(str(item.value) for item in node.value)
    if isinstance(node, yaml.MappingNode):
        entries = [(key, item) for key, item in node.value if isinstance(key, yaml.ScalarNode)]
        mapped = {str(key.value): str(item.value) for key, item in entries if isinstance(item, yaml.ScalarNode)}
        if len(mapped) == len(node.value):
            return mapped
    wanted = "a text, a number, a list of texts, or a mapping of texts (each once)"
    raise _refused(_place(path, node.start_mark), f"an answer is {wanted}")


def _place(path: Path, mark: Any) -> str:
    return f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)


def _refused(place: str, what: str) -> UsageError:
    return UsageError(
        f"{place}: {what}.", next_step="Write one answer per question id, for example:  my-question: epoch"
    )


def mark_all(quiz: Quiz, answers: Mapping[str, Answer | None], seed: int | None = None) -> tuple[MarkedAnswer, ...]:
    """Mark all questions of the quiz, in its order.

    Parametric questions are the variants that a sitting with ``seed`` shows; without a seed the first ones.

    Raises
    ------
    UnknownName
        The file answers questions that the quiz does not have: all of them are named, with a guess each.
    """
    known = [question.id for question in quiz.questions]
    _refuse_unknown([key for key in answers if key not in set(known)], known)
    sure = answers.sure if isinstance(answers, Answers) else {}
    return tuple(_mark_one(quiz, q, answers.get(q.id), sure.get(q.id), seed) for q in quiz.questions)


def _refuse_unknown(unknown: Sequence[str], known: Sequence[str]) -> None:
    if not unknown:
        return
    told = []
    for key in unknown[:10]:
        guess = did_you_mean(key, known)
        told.append(f"“{printable(key)}”" + (f" (did you mean “{guess}”?)" if guess else ""))
    more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
    raise UnknownName(
        f"The quiz has no question with the id {', '.join(told)}{more}.",
        next_step=f"Its questions are: {', '.join(known[:30])}{', …' if len(known) > 30 else ''}",
    )


def _mark_one(
    quiz: Quiz, question: Question, answer: Answer | None, sure: bool | None, seed: int | None
) -> MarkedAnswer:
    number = drawn_variant(question, seed) if seed is not None else 0 if question.params else None
    result = None if answer is None else mark_in(quiz, question, answer, number)
    return MarkedAnswer(variant(question, number), answer, result, sure, number)


def document(quiz_id: str, quiz: Quiz, marked: Sequence[MarkedAnswer], seed: int | None = None) -> dict[str, object]:
    """Build the JSON document of ``dlquiz quiz --answers FILE --json``."""
    again = look_again([m.question.id for m in marked if m.status is not Status.RIGHT], quiz)
    return {
        "format_version": 1,
        "quiz": quiz_id,
        "title": quiz.title,
        "seed": seed,
        "score": {"earned": sum(m.points for m in marked), "possible": sum(m.question.points for m in marked)},
        "all_right": all(m.status is Status.RIGHT for m in marked),
        "questions": [_entry(m) for m in marked],
        "look_again": [{"tag": tag, "questions": count} for tag, count in again],
    }


def _entry(marked: MarkedAnswer) -> dict[str, object]:
    mark = marked.mark
    feedback = [
        {"option": f.option, "chosen": f.chosen, "right": f.right, "text": f.text}
        for f in (mark.feedback if mark else ())
    ]
    return {
        "id": marked.question.id,
        "kind": marked.question.kind,
        "status": marked.status.value,
        "variant": marked.variant,
        "answer": marked.answer,
        "sure": marked.sure,
        "score": mark.score if mark else 0.0,
        "points": {"earned": marked.points, "possible": marked.question.points},
        "message": mark.message if mark else "",
        "feedback": feedback,
        "explain": marked.question.explain,
        "source": marked.question.source,
    }
