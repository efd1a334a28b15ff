"""Golden questions: answers that their readers called right, by question and quotes."""

import sqlalchemy as sa
from alembic import op

from rag.tables import Utc

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables. A quote goes with its document."""
    op.create_table(
        "golden",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("collections", sa.Text(), nullable=False),
        sa.Column("answerable", sa.Boolean(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_golden")),
    )
    _make_quotes()


def _make_quotes() -> None:
    op.create_table(
        "golden_quotes",
        sa.Column("golden_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["golden_id"], ["golden.id"], name=op.f("fk_golden_quotes_golden_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_golden_quotes_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("golden_id", "number", name=op.f("pk_golden_quotes")),
    )
    op.create_index(op.f("ix_golden_quotes_document_id"), "golden_quotes", ["document_id"], unique=False)
