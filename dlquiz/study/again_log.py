"""What of the store is about done exercises that came back: which function was asked when, and whether it passed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from dlquiz.study.log_table import LogTable


@dataclass(frozen=True, slots=True)
class Return:
    """One function that was blank again. ``ended`` is None while it is open; ``passed``: it was written again."""

    exercise_id: str
    function: str
    begun: datetime
    ended: datetime | None
    passed: bool


class AgainLog(LogTable):
    """The returns in a store of progress; each method is one transaction."""

    def all(self, exercise_id: str | None = None) -> list[Return]:
        """Return what came back, of one exercise or of all, in the order of the beginnings."""
        query = (
            "SELECT exercise, function, begun_at, ended_at, passed FROM again"
            " WHERE ?1 IS NULL OR exercise = ?1 ORDER BY begun_at, rowid"
        )
        return [
            Return(exercise, function, datetime.fromisoformat(begun), _time(ended), bool(passed))
            for exercise, function, begun, ended, passed in self._read(query, (exercise_id,))
        ]

    def begin(self, exercise_id: str, function: str, now: datetime) -> None:
        """Note that a function is blank again."""
        statement = "INSERT INTO again (exercise, function, begun_at) VALUES (?, ?, ?)"
        self._write(statement, (exercise_id, function, _text(now)))

    def end(self, exercise_id: str, now: datetime, *, passed: bool) -> None:
        """Note that what is open of an exercise was written again, or put aside for another one."""
        statement = "UPDATE again SET ended_at = ?, passed = ? WHERE exercise = ? AND ended_at IS NULL"
        self._write(statement, (_text(now), passed, exercise_id))


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
