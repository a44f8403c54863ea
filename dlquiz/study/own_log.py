"""What of the store is about a learner's own file: the questions that were asked, and how they were answered."""

from dataclasses import dataclass
from datetime import UTC, datetime

from dlquiz.study.log_table import LogTable


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """The first answer to a question about a file; ``submission_sha256`` is that of the file, and of its report.

    ``number`` counts from 1; 0 stands for a file about which there was nothing to ask.
    """

    exercise_id: str
    submission_sha256: str
    number: int
    kind: str
    question: str
    answer: str
    correct: bool


class OwnLog(LogTable):
    """The answers in a store of progress; each method is one transaction."""

    def add(self, one: OwnAnswer, now: datetime) -> None:
        """Keep an answer; one that is there already stays, because its explanation has been read."""
        self._write(
            "INSERT INTO own_question (exercise, submission_sha256, number, kind, question, answer, correct,"
            " answered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (one.exercise_id, one.submission_sha256, one.number, one.kind, one.question, one.answer, one.correct,
             now.astimezone(UTC).isoformat(timespec="microseconds")),
        )  # fmt: skip

    def all(self, exercise_id: str | None = None) -> list[OwnAnswer]:
        """Return the answers about one exercise or all, in the order in which they were given."""
        rows = self._read(
            "SELECT exercise, submission_sha256, number, kind, question, answer, correct FROM own_question"
            " WHERE ?1 IS NULL OR exercise = ?1 ORDER BY answered_at, number",
            (exercise_id,),
        )
        return [OwnAnswer(*row) for row in rows]
