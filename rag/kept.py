"""Documents that stand: those whose removal nobody has asked for.

What is marked in ``removals`` is gone for everybody who reads, from the commit on that marked it, however far a cache
lags, and back from the commit on that takes the mark away.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select

from rag.tables import removals


def kept(document_id: Any) -> ColumnElement[bool]:
    """A condition on a column of documents' ids: the document is not marked for removal."""
    return ~exists().where(removals.c.document_id == document_id)


def marked(connection: Connection) -> bool:
    """Whether any document is."""
    return connection.execute(select(removals.c.document_id).limit(1)).first() is not None
