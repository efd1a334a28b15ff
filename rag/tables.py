"""The tables, as SQLAlchemy sees them; ``migrations/`` makes them. The same on SQLite and PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
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
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("collection_id", ForeignKey(collections.c.id), nullable=False, index=True),
    Column("origin", Text, nullable=False),
    Column("source", Text, nullable=False),
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
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    UniqueConstraint("collection_id", "origin"),
)

pages = Table(
    "pages",
    metadata,
    Column("document_id", ForeignKey(documents.c.id), primary_key=True),
    Column("number", Integer, primary_key=True),
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

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", String(32), primary_key=True),  # the answer's id
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),  # JSON, see rag.history
    Column("created_at", Utc, nullable=False),
    UniqueConstraint("conversation_id", "number"),
)

turn_documents = Table(
    "turn_documents",
    metadata,
    Column("turn_id", ForeignKey(turns.c.id), primary_key=True),
    Column("document_id", String(32), primary_key=True, index=True),  # outlives no deletion: see rag.history
)
