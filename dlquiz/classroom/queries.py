"""What the book of a class asks of its gradings, each statement built once: a class asks it thousands of times."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from dlquiz.classroom.schema import GRADING, HANDIN, KEY

if TYPE_CHECKING:
    from dlquiz.classroom.book import GradingKey


def under(key: "GradingKey", digest: str) -> dict[str, Any]:
    """Return the parameters of the statements below: under which key, and which submission."""
    return {f"the_{name}": value for name, value in (("submission", digest), *asdict(key).items())}


def _wanted(*names: str) -> sa.ColumnElement[bool]:
    return sa.and_(*(GRADING.c[name] == sa.bindparam(f"the_{name}") for name in names))


_SAME: Final = _wanted(*KEY)
_COUNTING: Final = sa.and_(GRADING.c.counts, _wanted("submission", "exercise", "isolation"))
"""Behind a weaker wall another grading counts: what it says must not be taken for more."""
_NUMBER_THAT_COUNTS: Final = sa.select(GRADING.c.id).where(_COUNTING)
_NEWER: Final = GRADING.c.id > sa.func.coalesce(_NUMBER_THAT_COUNTS.scalar_subquery(), 0)
_LAST: Final = (GRADING.c.id.desc(),)

FIND: Final = sa.select(GRADING).where(_SAME).order_by(*_LAST).limit(1)
"""The last grading under a key."""
FIND_COUNTING: Final = sa.select(GRADING).where(_COUNTING)
"""The grading that counts, whichever graders and versions made it."""
FIND_NEW: Final = sa.select(GRADING).where(_SAME, _NEWER).order_by(*_LAST).limit(1)
"""The last grading under a key that is newer than the one that counts."""
FIND_NUMBER: Final = sa.select(GRADING).where(GRADING.c.id == sa.bindparam("the_number"))

_SETTLED: Final = sa.select(GRADING.c.settled).where(_SAME).order_by(*_LAST).limit(1)
IS_GRADED: Final = sa.select(
    _NUMBER_THAT_COUNTS.scalar_subquery().label("counting"), _SETTLED.scalar_subquery().label("settled")
)
"""The number of the grading that counts, and whether the last one under the key is a whole one."""
IS_GRADED_ANEW: Final = sa.select(GRADING.c.settled).where(_SAME, _NEWER).order_by(*_LAST).limit(1)

NUMBER_THAT_COUNTS: Final = _NUMBER_THAT_COUNTS
LAST_OF_KEY: Final = (
    sa.select(GRADING.c.id, GRADING.c.repeat, GRADING.c.settled).where(_SAME).order_by(GRADING.c.repeat.desc()).limit(1)
)
ADD: Final = GRADING.insert()
FINISH: Final = (
    GRADING.update()
    .where(GRADING.c.id == sa.bindparam("the_number"), GRADING.c.settled.is_(False))
    .values({name: sa.bindparam(f"new_{name}") for name in ("report", "settled", "seconds", "counts")})
)
"""Write a whole grading in the place of one that was not."""
NOTE: Final = (
    HANDIN.update()
    .where(HANDIN.c.run == sa.bindparam("the_run"), HANDIN.c.row == sa.bindparam("the_row"))
    .values(digest=sa.bindparam("new_digest"), reason=sa.bindparam("new_reason"))
)
"""Write what was found out about a row of a run."""
