"""The tables, as SQLAlchemy sees them; ``migrations/`` makes them. The same on SQLite and PostgreSQL.

Those of questions and answers are in `rag.talk_tables`.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Utc(TypeDecorator[datetime]):
    """Aware datetimes in UTC; SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Into UTC. Raises ValueError for a naive time."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Out of the database, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

collections = Table(
    "collections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column(
        "voice", Text, nullable=False, server_default=""
    ),  # how answers from it speak; empty: as everywhere
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("collection_id", ForeignKey(collections.c.id), nullable=False, index=True),
    Column("source", Text, nullable=False),  # the name of one of its places
    Column("title", Text, nullable=False),
    Column("media_type", String(100)),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("reason", Text),
    Column("pages", Integer, nullable=False, default=0),
    Column("chunks", Integer, nullable=False, default=0),
    Column("first_chunk", BigInteger, nullable=False, default=0),  # its chunks' ids are
    Column("end_chunk", BigInteger, nullable=False, default=0),  # first_chunk <= id < end_chunk
    Column("created_at", Utc, nullable=False, index=True),
    Column("updated_at", Utc, nullable=False),
    Column("receipt", Text),  # JSON, see rag.receipt; none before the first reading
    Column("sought", Text, nullable=False, server_default=""),  # what the list is filtered by, see rag.sought
)

removals = Table(
    "removals",
    metadata,
    Column("document_id", ForeignKey(documents.c.id, ondelete="CASCADE"), primary_key=True),
    Column("batch", String(32), nullable=False, index=True),  # what was deleted, and can be undone, together
    Column("asked_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False, index=True),  # until then it can be undone
)

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("location", Text, nullable=False),
    Column("collection", String(200), nullable=False),
    Column("options", Text, nullable=False),  # JSON, see ingest.sources.register
    Column("created_at", Utc, nullable=False),
    Column("synced_at", Utc),
    Column("outcome", Text),  # JSON: what the latest sync reported
    sqlite_autoincrement=True,  # places may still hold the id of one that is gone
)

places = Table(
    "places",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("collection_id", ForeignKey(collections.c.id), nullable=False),
    Column("origin", Text, nullable=False),  # absolute path, URL or "upload:" + name
    Column("document_id", ForeignKey(documents.c.id), nullable=False, index=True),
    Column("source_id", Integer, index=True),  # the registered source it belongs to, if any
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),  # of what was found there last
    Column("size", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False, default=0),  # ns since 1970; 0 unknown
    Column("changed", BigInteger, nullable=False, default=0),  # the same, see rag.places.Mark
    Column("etag", Text, nullable=False, default=""),
    Column("last_modified", Text, nullable=False, default=""),
    Column("seen_at", Utc, nullable=False),
    Column("trouble", Text),  # why it could not be looked at the last time
    Column("trouble_at", Utc),
    UniqueConstraint("collection_id", "origin"),
)

pages = Table(
    "pages",
    metadata,
    Column("document_id", ForeignKey(documents.c.id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("label", Text, nullable=False, default=""),
    Column("text", Text, nullable=False),
    Column("blocks", Text, nullable=False),  # JSON: [[start, end, kind, level], ...]
    Column("words", LargeBinary, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
)

chunks = Table(
    "chunks",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("document_id", ForeignKey(documents.c.id), nullable=False, index=True),
    Column("page", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("heading", Text, nullable=False),
    Column("blocks", Text, nullable=False),  # as in pages
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("chunk_id", ForeignKey(chunks.c.id), primary_key=True, autoincrement=False),
    Column("vector", LargeBinary, nullable=False),  # float16, little endian
    Index("ix_embeddings_chunk_id", "chunk_id"),
)

counter = Table(
    "counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # the one row is 1
    Column("store_id", String(32), nullable=False),  # tells this database from any other
    Column("seq", BigInteger, nullable=False),  # of the latest change
    Column("next_chunk", BigInteger, nullable=False),  # id that no chunk has had yet
)

changes = Table(
    "changes",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("document_id", String(32), nullable=False),
    Column("gone_first", BigInteger, nullable=False),
    Column("gone_end", BigInteger, nullable=False),
    Column("new_first", BigInteger, nullable=False),
    Column("new_end", BigInteger, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey(documents.c.id), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),  # of the original to read
    Column("size", BigInteger, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("priority", Integer, nullable=False, default=0),  # the highest goes first
    Column("released", Boolean, nullable=False, default=False),  # screening was overruled by its owner
    Column("stage", String(20), nullable=False, default=""),  # what its owner is doing now
    Column("attempts", Integer, nullable=False, default=0),
    Column(
        "fence", Integer, nullable=False, default=0
    ),  # raised at each claim: a late owner holds an old one
    Column("owner", String(64)),
    Column("lease_until", Utc),
    Column("run_after", Utc, nullable=False),
    Column("created_at", Utc, nullable=False),
    sqlite_autoincrement=True,  # never the id of a job that is gone: a late owner might still hold it
)
