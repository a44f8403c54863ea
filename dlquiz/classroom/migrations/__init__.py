"""From each format of the book to the next, with alembic; only a book of an older dlquiz needs it.

What format a book has says its table ``about``, which every dlquiz reads, also one that knows no alembic. Alembic's own
table is there only while a book is brought up to date. A new book is made from `dlquiz.classroom.schema` at once; a
test compares both ways.

A new format: change the schema and its ``FORMAT_VERSION``, and add ``versions/v000N_….py`` with that number.
"""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from dlquiz.errors import MissingPackage

if TYPE_CHECKING:
    from alembic.config import Config


def bring_up_to_date(db: sa.Connection, version: int) -> None:
    """Bring a book of an older format up to date, in the transaction that has begun: all of it or nothing."""
    config = alembic_config(db)
    from alembic import command

    command.stamp(config, str(version))
    command.upgrade(config, "head")
    sa.Table("alembic_version", sa.MetaData()).drop(db)


def alembic_config(db: sa.Connection) -> "Config":
    """Return what alembic has to know."""
    try:
        from alembic.config import Config
    except ModuleNotFoundError as error:
        raise MissingPackage(
            "This book was made by an older dlquiz; to bring it up to date needs the package alembic, once.",
            next_step='python -m pip install "alembic>=1.14"',
        ) from error
    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", f"{__name__.rpartition('.')[0]}:migrations")
    return config
