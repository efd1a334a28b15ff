"""Conversations that are pinned, remember where they look, and are searched; turns that were replaced."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

BATCH = 500  # turns whose JSON is looked at together


def upgrade() -> None:
    """Make the columns, and fill in what the answers there are say."""
    op.add_column(
        "conversations", sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("conversations", sa.Column("collections", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("conversations", sa.Column("sought", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_conversations_pinned", "conversations", ["pinned", "updated_at"], unique=False)
    op.add_column("turns", sa.Column("sought", sa.Text(), nullable=False, server_default=""))
    op.add_column("turns", sa.Column("replaced_by", sa.String(length=32), nullable=True))
    op.create_index("ix_turns_replaced_by", "turns", ["replaced_by"], unique=False)
    _fill()


def _fill() -> None:
    """What turns are found by, and the collections that each conversation asked last."""
    connection = op.get_bind()
    names = ("id", "conversation_id", "number", "question", "answer", "sought")
    turns = sa.table("turns", *(sa.column(name) for name in names))
    conversations = sa.table(
        "conversations", *(sa.column(n) for n in ("id", "title", "sought", "collections"))
    )
    ids = connection.execute(sa.select(turns.c.id).order_by(turns.c.number)).scalars().all()
    asked: dict[str, str] = {}
    for at in range(0, len(ids), BATCH):
        some = sa.select(turns).where(turns.c.id.in_(ids[at : at + BATCH])).order_by(turns.c.number)
        rows = [(row, json.loads(row.answer)) for row in connection.execute(some)]
        new = sa.update(turns).where(turns.c.id == sa.bindparam("known"))
        connection.execute(
            new, [{"known": row.id, "sought": _sought(row.question, said)} for row, said in rows]
        )
        asked |= {row.conversation_id: json.dumps(said.get("collections", [])) for row, said in rows}
    titles = connection.execute(sa.select(conversations.c.id, conversations.c.title)).all()
    filled = [
        {"known": row.id, "sought": row.title.casefold(), "collections": asked.get(row.id, "[]")}
        for row in titles
    ]
    if filled:
        new = sa.update(conversations).where(conversations.c.id == sa.bindparam("known"))
        connection.execute(new, filled)


def _sought(question: str, answer: dict[str, Any]) -> str:
    return "\n".join([question, *(each["text"] for each in answer.get("sentences", ()))]).casefold()
