"""What the list of documents is filtered by, and documents that are marked for removal."""

import sqlalchemy as sa
from alembic import op

from rag.sought import sought
from rag.tables import Utc

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table and the column, and fill in what the documents there are are found by."""
    op.add_column("documents", sa.Column("sought", sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_documents_created_at"), "documents", ["created_at"], unique=False)
    op.create_table(
        "removals",
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_removals_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_removals")),
    )
    op.create_index(op.f("ix_removals_batch"), "removals", ["batch"], unique=False)
    op.create_index(op.f("ix_removals_due_at"), "removals", ["due_at"], unique=False)
    _fill()


def _fill() -> None:
    columns = (sa.column(name) for name in ("id", "title", "source", "sought"))
    documents = sa.table("documents", *columns)
    connection = op.get_bind()
    known = connection.execute(sa.select(documents.c.id, documents.c.title, documents.c.source)).all()
    if known:
        row = sa.update(documents).where(documents.c.id == sa.bindparam("known"))
        filled = [{"known": each.id, "sought": sought(each.title, each.source)} for each in known]
        connection.execute(row.values(sought=sa.bindparam("sought")), filled)
