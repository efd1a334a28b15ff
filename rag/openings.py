"""How the latest documents begin."""

from sqlalchemy import select

from rag import rows
from rag.database import Database
from rag.kept import kept
from rag.tables import documents, pages
from rag.types import PUBLISHED, Page

LATEST = 40  # documents
FIRST = 3  # pages of each


def openings(database: Database) -> dict[str, list[Page]]:
    """The first pages of the latest documents that can be asked about, by document id, the newest first."""
    d = documents.c
    latest = (
        select(d.id)
        .where(d.status.in_(PUBLISHED), d.pages > 0, kept(d.id))
        .order_by(d.created_at.desc(), d.id)
        .limit(LATEST)
    )
    with database.reading() as connection:
        found: dict[str, list[Page]] = {known: [] for known in connection.execute(latest).scalars()}
        begins = pages.c.document_id.in_(found) & (pages.c.number <= FIRST)
        for row in connection.execute(select(pages).where(begins).order_by(pages.c.number)):
            found[row.document_id].append(rows.page(row))
    return found
