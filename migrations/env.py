"""Alembic's entry: runs the revisions on the connection that migrations.run hands over."""

from alembic import context

import rag.talk_tables  # noqa: F401 its tables belong to the metadata
from rag.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
