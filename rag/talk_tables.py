"""The tables of what was asked, answered and said of it; the rest of the schema is `rag.tables`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from rag.tables import Utc, documents, metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", Text, nullable=False),
    Column("sought", Text, nullable=False, server_default=""),  # what its title is found by
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Column("collections", Text, nullable=False, server_default="[]"),  # JSON: names; those asked last
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Index("ix_conversations_pinned", "pinned", "updated_at"),
)

turns = Table(
    "turns",
    metadata,
    Column("id", String(32), primary_key=True),  # the answer's id
    Column("conversation_id", ForeignKey(conversations.c.id), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),  # JSON, see rag.packed
    Column("sought", Text, nullable=False, server_default=""),  # what it is found by, see rag.packed
    Column("replaced_by", String(32)),  # the turn that took its place, see rag.line; none: it is current
    Column("created_at", Utc, nullable=False),
    # What figures are counted by, of the answer as it was given: see rag.figures.
    Column("outcome", String(20), nullable=False, server_default=""),
    Column("partly", Boolean, nullable=False, server_default=false()),
    Column("seconds", Float, nullable=False, server_default="0"),
    Column("confidence", Float, nullable=False, server_default="0"),
    Column("generator", Text, nullable=False, server_default=""),
    Column("day", String(10), nullable=False, server_default=""),  # in UTC, 2026-01-31
    Column("seq", BigInteger, nullable=False, server_default="0"),  # the latest change when it was saved
    UniqueConstraint("conversation_id", "number"),
    Index("ix_turns_replaced_by", "replaced_by"),
    Index("ix_turns_outcome", "outcome", "day"),
    Index("ix_turns_day", "day", "outcome", "partly"),
)

turn_stages = Table(
    "turn_stages",
    metadata,
    Column("turn_id", ForeignKey(turns.c.id, ondelete="CASCADE"), primary_key=True),
    Column("stage", String(40), primary_key=True),
    Column("seconds", Float, nullable=False),
)

turn_documents = Table(
    "turn_documents",
    metadata,
    Column("turn_id", ForeignKey(turns.c.id), primary_key=True),
    Column("document_id", String(32), primary_key=True, index=True),  # outlives no deletion: see rag.history
)

golden = Table(
    "golden",
    metadata,
    Column("id", String(32), primary_key=True),  # that of the answer which was right
    Column("question", Text, nullable=False),  # as it was understood
    Column("collections", Text, nullable=False),  # JSON: names
    Column("answerable", Boolean, nullable=False),
    Column("created_at", Utc, nullable=False),
)

golden_quotes = Table(
    "golden_quotes",
    metadata,
    Column("golden_id", ForeignKey(golden.c.id, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document_id", ForeignKey(documents.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("page", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("turn_id", ForeignKey(turns.c.id, ondelete="CASCADE"), primary_key=True),
    Column("good", Boolean, nullable=False, index=True),
    Column("reason", String(20), nullable=False, server_default=""),  # see rag.feedback; empty: none
    Column("words", Text, nullable=False, server_default=""),
    Column("created_at", Utc, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("turn_id", ForeignKey(turns.c.id, ondelete="CASCADE"), primary_key=True),
    Column("tried", BigInteger, nullable=False, server_default="0"),  # the change it was last asked again at
    Column("dismissed_at", Utc),  # closed by hand then: it will not be documented
)

gap_answers = Table(
    "gap_answers",
    metadata,
    Column("turn_id", ForeignKey(turns.c.id, ondelete="CASCADE"), primary_key=True),
    Column("document_id", ForeignKey(documents.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("page", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("closed_at", Utc, nullable=False),
)

question_vectors = Table(
    "question_vectors",
    metadata,
    Column("turn_id", ForeignKey(turns.c.id, ondelete="CASCADE"), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),  # of the embedder
    Column("vector", LargeBinary, nullable=False),  # float16, little endian
)
