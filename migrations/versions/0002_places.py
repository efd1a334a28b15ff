"""Places, sources, receipts: a document may lie in several places, some of which a source keeps in step."""

import sqlalchemy as sa
from alembic import op

from rag.tables import Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, carry each document's origin over to its place, and drop it from the document."""
    _make_sources()
    _make_places()
    op.execute(
        "INSERT INTO places (collection_id, origin, document_id, name, sha256, size, modified, etag, last_modified,"
        " seen_at) SELECT collection_id, origin, id, source, sha256, size, 0, '', '', updated_at FROM documents"
    )
    with op.batch_alter_table("documents") as documents:
        documents.drop_constraint(op.f("uq_documents_collection_id"), type_="unique")
        documents.drop_column("origin")
        documents.add_column(sa.Column("receipt", sa.Text()))
    # In place: a copy would lose that the ids of jobs are never given twice, and take long for many pages.
    op.add_column("pages", sa.Column("label", sa.Text(), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("released", sa.Boolean(), nullable=False, server_default=sa.false()))


def _make_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("collection", sa.String(length=200), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("synced_at", Utc()),
        sa.Column("outcome", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_sources_name")),
        sqlite_autoincrement=True,
    )


def _make_places() -> None:
    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.Integer()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("trouble", sa.Text()),
        sa.Column("trouble_at", Utc()),
        sa.ForeignKeyConstraint(["collection_id"], ["collections.id"], name=op.f("fk_places_collection_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_places_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("collection_id", "origin", name=op.f("uq_places_collection_id")),
    )
    for name in ("document_id", "source_id", "sha256"):
        op.create_index(op.f(f"ix_places_{name}"), "places", [name], unique=False)
