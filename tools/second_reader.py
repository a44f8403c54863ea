"""Let a second reader answer every question of the course without seeing a key, and compare.

    python tools/second_reader.py questions FOLDER    writes stems and options, shuffled, one text file per quiz
    python tools/second_reader.py compare             marks the reader's answers, tests/course/second_reader/*.yaml

The answers are files as ``dlquiz quiz ID --answers`` takes them. Where the reader and the key differ, the question or
the answer was looked at again; ``resolved.yaml`` says what was done. tests/course/test_second_reader.py keeps it true.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from dlquiz.content.course import load_quiz
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz import sitting
from dlquiz.quiz.answers import MarkedAnswer, Status, mark_all, read_answers
from dlquiz.quiz.typed_input import labelled, partners
from dlquiz.quiz.view import seen
from dlquiz.render.quiz import how_to_answer

ROOT = Path(__file__).resolve().parents[1]
ANSWERS = ROOT / "tests/course/second_reader"
SEED = 2


@dataclass(frozen=True)
class Difference:
    """A question that the reader did not answer as the key does."""

    quiz: str
    marked: MarkedAnswer


def quizzes() -> Iterator[tuple[str, Quiz]]:
    """Yield every quiz of the course with its id."""
    for path in sorted((ROOT / "quizzes").glob("*.yaml")):
        yield path.stem, load_quiz(path)


def first_variants(quiz: Quiz) -> Quiz:
    """Return the quiz with every parametric question as its first variant."""
    concrete = [question.all_variants[0] if question.params else question for question in quiz.questions]
    return quiz.model_copy(update={"questions": tuple(concrete), "draw": None})


def shown(question: Question, options: tuple[str, ...]) -> str:
    """Return what the reader sees of a question: never its key, feedback, hints or explanation."""
    asked = seen(question)
    lines = [f"### {question.id}  ({question.kind})", asked.stem().strip()]
    if asked.code:
        lines += ["```python", asked.code, "```"]
    lines += [f"  = {name}" for name in partners(asked).values()]
    lines += [f"  - {option}" for option in options]
    return "\n".join([*lines, how_to_answer(asked, labelled(options))]) + "\n"


def write_questions(folder: Path) -> None:
    """Write one file per quiz."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, quiz in quizzes():
        asked = first_variants(quiz)
        slots = {slot.question_id: slot for slot in sitting.begin(name, asked, SEED).slots}
        texts = [shown(question, slots[question.id].options) for question in asked.questions]
        (folder / f"{name}.txt").write_text("\n".join(texts), encoding="utf-8")


def differences() -> list[Difference]:
    """Return every question whose answer by the reader is not wholly right, or is missing."""
    found = []
    for name, quiz in quizzes():
        path = ANSWERS / f"{name}.yaml"
        answers = read_answers(path) if path.is_file() else {}
        marked = mark_all(first_variants(quiz), answers)
        found += [Difference(name, one) for one in marked if one.status is not Status.RIGHT]
    return found


def resolved() -> dict[str, str]:
    """Return what was done about each difference, by question id."""
    text = (ANSWERS / "resolved.yaml").read_text(encoding="utf-8")
    return {str(key): str(value) for key, value in (yaml.safe_load(text) or {}).items()}


def main(arguments: list[str]) -> int:
    """Run the command that the module's text describes."""
    if len(arguments) == 2 and arguments[0] == "questions":
        write_questions(Path(arguments[1]))
        return 0
    if arguments == ["compare"]:
        for one in differences():
            print(f"{one.quiz}  {one.marked.question.id}  {one.marked.status.value}  {one.marked.answer!r}")
            print(f"    {one.marked.mark.message if one.marked.mark else ''}")
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
