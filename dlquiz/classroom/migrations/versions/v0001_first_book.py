"""The first book."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table("about", sa.Column("format_version", sa.Integer, nullable=False))
    op.create_table(
        "seed",
        sa.Column("exercise", sa.Text, primary_key=True),
        sa.Column("grader_sha256", sa.Text, primary_key=True),
        sa.Column("seed", sa.BigInteger, nullable=False),
    )
    key = ("submission", "exercise", "grader_sha256", "seed", "versions", "isolation", "data")
    op.create_table(
        "grading",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.BigInteger if name == "seed" else sa.Text, nullable=False) for name in key),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.UniqueConstraint(*key),
    )
    op.create_table(
        "run", sa.Column("id", sa.Integer, primary_key=True), sa.Column("started_at", sa.Text, nullable=False)
    )
    texts = ("learner", "learner_id", "section", "exercise", "path")
    op.create_table(
        "handin",
        sa.Column("run", sa.Integer, sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("handed_in_at", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
