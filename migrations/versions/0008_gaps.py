"""What readers say of answers, what figures are counted by, and gaps: questions that wait for a document."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from rag.tables import Utc

revision = "0008"
down_revision = "0007"

BATCH = 500  # turns whose JSON is looked at together
UNTRIED = -1  # no change was looked at yet: what was asked before is asked again once
SECONDS = 1000  # milliseconds


def upgrade() -> None:
    """Make the columns and tables, and fill in what the answers there are say."""
    _columns()
    op.create_table(
        "turn_stages",
        _turn(),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        *_keys("turn_stages", "stage"),
    )
    op.create_table(
        "feedback",
        _turn(),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_at", Utc(), nullable=False),
        *_keys("feedback"),
    )
    op.create_index(op.f("ix_feedback_good"), "feedback", ["good"], unique=False)
    _gaps()
    _fill()


def _columns() -> None:
    op.add_column("turns", sa.Column("outcome", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("turns", sa.Column("partly", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("turns", sa.Column("seconds", sa.Float(), nullable=False, server_default="0"))
    op.add_column("turns", sa.Column("confidence", sa.Float(), nullable=False, server_default="0"))
    op.add_column("turns", sa.Column("generator", sa.Text(), nullable=False, server_default=""))
    op.add_column("turns", sa.Column("day", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("turns", sa.Column("seq", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_turns_outcome", "turns", ["outcome", "day"], unique=False)
    op.create_index("ix_turns_day", "turns", ["day", "outcome", "partly"], unique=False)


def _gaps() -> None:
    op.create_table(
        "gaps",
        _turn(),
        sa.Column("tried", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("dismissed_at", Utc(), nullable=True),
        *_keys("gaps"),
    )
    op.create_table(
        "gap_answers",
        _turn(),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("closed_at", Utc(), nullable=False),
        *_keys("gap_answers"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_gap_answers_document_id"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_gap_answers_document_id"), "gap_answers", ["document_id"], unique=False)
    op.create_table(
        "question_vectors",
        _turn(),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        *_keys("question_vectors", "fingerprint"),
    )


def _turn() -> sa.Column[Any]:
    return sa.Column("turn_id", sa.String(length=32), nullable=False)


def _keys(table: str, *more: str) -> tuple[sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name=op.f(f"fk_{table}_turn_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("turn_id", *more, name=op.f(f"pk_{table}")),
    )


def _fill() -> None:
    """The figures of every turn, from its JSON. Until now nothing was tried, so what was declined is tried once."""
    connection = op.get_bind()
    names = "id answer created_at outcome partly seconds confidence generator day seq".split()
    turns = sa.table("turns", *(sa.column(name, Utc() if name == "created_at" else None) for name in names))
    stages = sa.table("turn_stages", *(sa.column(name) for name in ("turn_id", "stage", "seconds")))
    gaps = sa.table("gaps", sa.column("turn_id"), sa.column("tried"))
    seq = connection.execute(sa.select(sa.column("seq")).select_from(sa.table("counter"))).scalar() or 0
    ids = connection.execute(sa.select(turns.c.id)).scalars().all()
    new = sa.update(turns).where(turns.c.id == sa.bindparam("known"))
    for at in range(0, len(ids), BATCH):
        some = sa.select(turns.c.id, turns.c.answer, turns.c.created_at).where(
            turns.c.id.in_(ids[at : at + BATCH])
        )
        rows = [(row.id, json.loads(row.answer), row.created_at) for row in connection.execute(some)]
        connection.execute(new, [_figures(*row) | {"known": row[0], "seq": seq} for row in rows])
        if spent := [each for row in rows for each in _stages(row[0], row[1])]:
            connection.execute(sa.insert(stages), spent)
        if missing := [row[0] for row in rows if row[1].get("outcome") == "not_found"]:
            connection.execute(sa.insert(gaps), [{"turn_id": known, "tried": UNTRIED} for known in missing])


def _figures(_: str, answer: dict[str, Any], created_at: Any) -> dict[str, Any]:
    return {
        "outcome": answer.get("outcome", ""),
        "partly": any(each.get("support") != "supported" for each in answer.get("sentences", [])),
        "seconds": answer.get("ms", {}).get("total", 0.0) / SECONDS,
        "confidence": answer.get("confidence", 0.0),
        "generator": answer.get("generator", ""),
        "day": created_at.date().isoformat(),
    }


def _stages(turn_id: str, answer: dict[str, Any]) -> list[dict[str, Any]]:
    spent = {stage: ms for stage, ms in answer.get("ms", {}).items() if stage != "total"}
    return [{"turn_id": turn_id, "stage": stage, "seconds": ms / SECONDS} for stage, ms in spent.items()]
