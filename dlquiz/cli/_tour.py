"""The steps of ``dlquiz demo``. Each runs the command that a user would type, as its own process."""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._children import leave_ctrl_c_to_the_child, start
from dlquiz.content.course import load_course
from dlquiz.errors import DlquizError
from dlquiz.text import shell_words

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Question, Quiz
    from dlquiz.model.report import Report

_BACKPROP = "exercise3"
_TRAINING = "exercise4"
_QUESTIONS = 3
_MISTAKE = "loss_gradient_not_divided"


@dataclass(frozen=True, slots=True)
class Typed:
    """A command of the demo, the exit code it ended with, and the one that it should end with."""

    command: str
    exit_code: int
    expected: int


class Tour:
    """One demo in a scratch folder.

    Parameters
    ----------
    app : App
        For printing.
    folder : Path
        An empty folder; the workspace and the state folder are made in it.
    aside : bool
        Everything goes to stderr, because stdout is kept for a document.
    """

    def __init__(self, app: "App", folder: Path, *, aside: bool = False) -> None:
        self._app = app
        self._aside = aside
        # Always the built-in course: the steps below know its exercises.
        self._course = load_course()
        self._root = folder / "dlquiz-work"
        # The commands must not meet the person's own workspace, course or settings.
        self._environment = {**os.environ, "DLQUIZ_STATE": str(folder / "state")}
        self._environment.pop("DLQUIZ_COURSE", None)
        self.commands: list[Typed] = []
        self.surprises: list[str] = []

    def run(self) -> None:
        """Go through every step; what was typed is in ``commands``, what did not behave in ``surprises``."""
        self._say("1. Make a folder for your work.")
        self._root.parent.mkdir(parents=True, exist_ok=True)
        self._command("start", str(self._root), want=0, at=self._root.parent)
        self._backprop()
        self._training()
        self._say("7. Three questions on the words. The second answer is wrong on purpose.")
        self._quiz()

    def _backprop(self) -> None:
        self._say(f"2. {_BACKPROP} is backpropagation. Its file is still the start file; grading it says what to do.")
        self._command("grade", _BACKPROP, want=1)
        wrong = self._classic_mistake(_BACKPROP)
        if wrong is not None:
            self._say(f"3. You edit the file, with a classic mistake in it: {_mistake(wrong)}")
            self._edit(_BACKPROP, wrong)
            self._command("grade", _BACKPROP, want=1)
            self._expect_diagnosis(_BACKPROP)
        self._say("4. Stuck? A hint.")
        self._command("hint", _BACKPROP, want=0)
        self._say("5. You repair it, and grade again.")
        self._edit(_BACKPROP, self._course.solution_path(_BACKPROP))
        self._command("grade", _BACKPROP, want=0)

    def _training(self) -> None:
        self._say(f"6. {_TRAINING}: your own network learns to read real handwritten digits (they come with dlquiz).")
        self._edit(_TRAINING, self._course.solution_path(_TRAINING))
        self._command("grade", _TRAINING, "--data", "digits", want=0)
        report = self._last_report(_TRAINING)
        from dlquiz.model.metrics import ConfusionMatrix

        table = report.metrics.get("confusion_matrix") if report else None
        if not isinstance(table, ConfusionMatrix):
            self.surprises.append(f"{_TRAINING} was not graded on images")
            return
        right = sum(row[digit] for digit, row in enumerate(table.counts))
        total = sum(map(sum, table.counts))
        self._say(f"The network read {right} of {total} new images rightly: an accuracy of {right / total:.1%}.")

    def _quiz(self) -> None:
        from dlquiz.quiz.marking import mark, options_of, right_answer
        from dlquiz.quiz.typed_input import labelled
        from dlquiz.quiz.view import seen
        from dlquiz.render.quiz import Look, mark_lines, question_lines

        look = Look(plain=self._app.plain, colour=self._app.colour)
        quiz, questions = self._questions()
        for number, question in enumerate(questions, start=1):
            options = labelled(sorted(options_of(question)))  # sorted: the author writes the right one first
            right = right_answer(question, quiz.lang)
            typed = next(label for label, text in options.items() if (text == right) != (number == 2))
            result = mark(question, options[typed], lang=quiz.lang)
            for line in question_lines(seen(question), options, number, len(questions), look):
                self._print(line)
            self._print(f"> {typed}\n")
            for line in mark_lines(question, result, options, right, look):
                self._print(line)
            self._print()
            if result.correct != (number != 2):
                self.surprises.append(f"question {question.id} was marked {'right' if result.correct else 'wrong'}")
        if len(questions) < _QUESTIONS:
            self.surprises.append("the course has fewer than three questions to choose from")

    def _questions(self) -> "tuple[Quiz, list[Question]]":
        """Take the first quiz that has enough questions with options to choose from."""
        best: tuple[str, Quiz, list[Question]] | None = None
        for quiz_id in self._course.quiz_ids():
            quiz = self._course.quiz(quiz_id)
            questions: list[Question] = [question for question in quiz.questions if question.kind == "choice"]
            questions = questions[:_QUESTIONS]
            if best is None or len(questions) > len(best[2]):
                best = quiz_id, quiz, questions
        if best is None:
            raise DlquizError("This course has no quiz.")
        self._echo("quiz", best[0])
        return best[1], best[2]

    # The pieces of a step.

    def _say(self, text: str) -> None:
        self._print(f"\n{text}", bold=True)

    def _print(self, text: str = "", *, bold: bool = False) -> None:
        if self._aside:
            self._app.warn(text)
        else:
            self._app.say(text, bold=bold)

    def _echo(self, *arguments: str) -> None:
        self._print(f"$ {shell_words('dlquiz', *arguments)}\n")

    def _command(self, *arguments: str, want: int, at: Path | None = None) -> None:
        self._echo(*arguments)
        sys.stdout.flush()
        command = [sys.executable, "-m", "dlquiz", *(("--plain",) if self._app.plain else ())]
        # -P by environment: nothing that lies in the scratch folder may be imported by our own processes.
        environment = {**self._environment, "PYTHONSAFEPATH": "1"}
        # The step says "Stopped." itself, and for the whole demo.
        with leave_ctrl_c_to_the_child() as ctrl_c:
            aside = sys.stderr if self._aside else None
            code = start([*command, *arguments], cwd=at or self._root, env=environment, stdout=aside).wait()
        if code != 130 and (code == -signal.SIGINT or ctrl_c.pressed):
            self._app.warn("\nStopped.")
            raise click.exceptions.Exit(130)
        if code == 130:
            raise click.exceptions.Exit(130)
        self.commands.append(Typed(shell_words("dlquiz", *arguments), code, want))
        if code != want:
            self.surprises.append(f"dlquiz {' '.join(arguments)} ended with {code}, not {want}")

    def _edit(self, exercise_id: str, source: Path) -> None:
        target = self._root / exercise_id / self._course.stub_path(exercise_id).name
        self._print(f"(edit {target.relative_to(self._root)})")
        target.write_bytes(source.read_bytes())

    def _classic_mistake(self, exercise_id: str) -> Path | None:
        """Take the wrong solution that forgets the mean over the batch, if the course has it, else the first."""
        files = sorted((self._course.grader_folder(exercise_id) / "wrong").glob("*.py"))
        liked = [file for file in files if file.stem == _MISTAKE]
        if not files:
            self.surprises.append(f"{exercise_id} has no wrong solutions to show")
            return None
        return (liked or files)[0]

    def _last_report(self, exercise_id: str) -> "Report | None":
        from dlquiz.study.desk import Desk
        from dlquiz.study.overview import last_reports

        with Desk(here=self._root) as desk:
            reports = last_reports(desk, exercise_id, 1)
        return reports[0] if reports else None

    def _expect_diagnosis(self, exercise_id: str) -> None:
        report = self._last_report(exercise_id)
        if report is None or not any(case.diagnosis for case in report.cases):
            self.surprises.append(f"the mistake in {exercise_id} was found, but not explained")


def _mistake(file: Path) -> str:
    import ast

    words = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or file.stem.replace("_", " ")
    return words.splitlines()[0]
