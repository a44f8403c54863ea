"""The tables of the book of a class: see `dlquiz.classroom.book`."""

from typing import Final

import sqlalchemy as sa

FORMAT_VERSION: Final = 2
"""The number of the newest of `dlquiz.classroom.migrations`."""

TABLES: Final = sa.MetaData()
ABOUT: Final = sa.Table("about", TABLES, sa.Column("format_version", sa.Integer, nullable=False))
SEED: Final = sa.Table(
    "seed",
    TABLES,
    sa.Column("exercise", sa.Text, primary_key=True),
    sa.Column("grader_sha256", sa.Text, primary_key=True),
    sa.Column("seed", sa.BigInteger, nullable=False),
)
KEY: Final = ("submission", "exercise", "grader_sha256", "seed", "versions", "isolation", "data")
"""What decides a grading."""
GRADING: Final = sa.Table(
    "grading",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.BigInteger if name == "seed" else sa.Text, nullable=False) for name in KEY),
    sa.Column("settled", sa.Boolean, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("report", sa.Text, nullable=False),
    sa.Column("repeat", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("counts", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint(*KEY, "repeat", name="one_grading"),
)
"""``repeat`` counts the gradings under one key; of all gradings of a submission at a level of isolation one counts."""
sa.Index(
    "one_counts",
    *(GRADING.c[name] for name in ("submission", "exercise", "isolation")),
    unique=True,
    sqlite_where=GRADING.c.counts,
    postgresql_where=GRADING.c.counts,
)
RUN: Final = sa.Table(
    "run", TABLES, sa.Column("id", sa.Integer, primary_key=True), sa.Column("started_at", sa.Text, nullable=False)
)
HANDIN: Final = sa.Table(
    "handin",
    TABLES,
    sa.Column("run", sa.ForeignKey("run.id"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("learner", "learner_id", "section", "exercise", "path")),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("handed_in_at", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
