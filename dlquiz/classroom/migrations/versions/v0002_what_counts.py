"""Of several gradings of one submission one counts, and a submission may be graded again under the same key.

Until now what counted was what the present graders and versions had made; that is not known here. Of those that are
settled the newest counts.
"""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"

_KEY = ("submission", "exercise", "grader_sha256", "seed", "versions", "isolation", "data")
_ONE = ["submission", "exercise", "isolation"]


def upgrade() -> None:
    """Add the two columns."""
    # SQLite cannot drop a constraint, so the table is written anew; its unnamed one is just not in this picture of it.
    before = sa.Table(
        "grading",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.BigInteger if name == "seed" else sa.Text, nullable=False) for name in _KEY),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
    )
    db = op.get_bind()
    old_names = [] if db.dialect.name == "sqlite" else sa.inspect(db).get_unique_constraints("grading")
    with op.batch_alter_table("grading", copy_from=before) as grading:
        for constraint in old_names:
            grading.drop_constraint(str(constraint["name"]), type_="unique")
        grading.add_column(sa.Column("repeat", sa.Integer, nullable=False, server_default=sa.text("0")))
        grading.add_column(sa.Column("counts", sa.Boolean, nullable=False, server_default=sa.false()))
        grading.create_unique_constraint("one_grading", [*_KEY, "repeat"])
    names = [sa.Column(name, sa.Text) for name in _ONE]
    after = sa.Table(
        "grading",
        sa.MetaData(),
        sa.Column("id", sa.Integer),
        sa.Column("settled", sa.Boolean),
        sa.Column("counts", sa.Boolean),
        *names,
    )
    newest = sa.select(sa.func.max(after.c.id)).where(after.c.settled).group_by(*names)
    op.execute(after.update().where(after.c.id.in_(newest)).values(counts=True))
    counts = sa.column("counts", sa.Boolean)
    op.create_index("one_counts", "grading", _ONE, unique=True, sqlite_where=counts, postgresql_where=counts)
