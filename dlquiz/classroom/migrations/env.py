"""What alembic runs before the migrations: they belong to the transaction that has begun."""

from alembic import context

if hasattr(context, "config"):  # only while alembic runs this file; whoever just imports it changes nothing
    context.configure(connection=context.config.attributes["connection"])
    context.run_migrations()
