"""What of the store is about broken programs: which were begun, which are whole again, in how many lines."""

from dataclasses import dataclass
from datetime import UTC, datetime

from dlquiz.study.log_table import LogTable


@dataclass(frozen=True, slots=True)
class Repaired:
    """One broken program that was begun: a wrong solution's file, and the seed that decides what is asked of it.

    ``ended`` is None while it is open. ``changed`` is the number of lines that its repair took, ``fewest`` that of the
    shortest one that is known; both are None if it was given up.
    """

    exercise_id: str
    wrong: str
    seed: int
    ended: datetime | None
    changed: int | None
    fewest: int | None

    @property
    def solved(self) -> bool:
        """Whether it was repaired."""
        return self.changed is not None


class RepairLog(LogTable):
    """The repairs in a store of progress; each method is one transaction."""

    def all(self, exercise_id: str | None = None) -> list[Repaired]:
        """Return the repairs that were begun, of one exercise or of all, in the order of their beginnings."""
        query = (
            "SELECT exercise, wrong, seed, ended_at, changed, fewest FROM repair"
            " WHERE ?1 IS NULL OR exercise = ?1 ORDER BY begun_at, rowid"
        )
        rows = self._read(query, (exercise_id,))
        return [
            Repaired(exercise, wrong, seed, None if at is None else datetime.fromisoformat(at), changed, fewest)
            for exercise, wrong, seed, at, changed, fewest in rows
        ]

    def begin(self, exercise_id: str, wrong: str, seed: int, now: datetime) -> None:
        """Note that a broken program was handed out (again)."""
        self._write(
            "INSERT INTO repair (exercise, wrong, seed, begun_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (exercise, wrong) DO UPDATE SET seed = excluded.seed, begun_at = excluded.begun_at,"
            " ended_at = NULL, changed = NULL, fewest = NULL",
            (exercise_id, wrong, seed, _text(now)),
        )

    def end(
        self, exercise_id: str, wrong: str, now: datetime, *, changed: int | None = None, fewest: int | None = None
    ) -> None:
        """Note that it was repaired, in so many lines, or given up."""
        self._write(
            "UPDATE repair SET ended_at = ?, changed = ?, fewest = ? WHERE exercise = ? AND wrong = ?",
            (_text(now), changed, fewest, exercise_id, wrong),
        )


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
