"""The texts of a document's pages, without what else is stored of them: for looking through all of it."""

from collections.abc import Iterator

from sqlalchemy import select

from rag.database import Database
from rag.tables import pages

BATCH = 500  # pages read at a time


def page_texts(database: Database, document_id: str) -> Iterator[tuple[int, str, str]]:
    """Number, label and text of each page, in order. Between two batches another version may be published."""
    last = 0
    while True:
        query = (
            select(pages.c.number, pages.c.label, pages.c.text)
            .where(pages.c.document_id == document_id, pages.c.number > last)
            .order_by(pages.c.number)
            .limit(BATCH)
        )
        with database.reading() as connection:
            found = [(row.number, row.label, row.text) for row in connection.execute(query)]
        yield from found
        if len(found) < BATCH:
            return
        last = found[-1][0]
