"""Where was looked, as conversations, answers and golden questions remember it: collections by their names."""

import json
from typing import Any

from sqlalchemy import Connection, Table, select, update

from rag.talk_tables import conversations, golden, turns


def renamed(connection: Connection, before: str, after: str) -> None:
    """Whatever remembers a collection by its name from now on remembers it by the new one."""
    for table in (conversations, golden):
        for row in _mentioning(connection, table, "collections", before):
            names = json.loads(row.value)
            _put(connection, table, row.id, "collections", json.dumps(_exchanged(names, before, after)))
    for row in _mentioning(connection, turns, "answer", before):
        answer = json.loads(row.value)
        if before in answer["collections"]:
            answer["collections"] = _exchanged(answer["collections"], before, after)
            _put(connection, turns, row.id, "answer", json.dumps(answer))


def _mentioning(connection: Connection, table: Table, column: str, name: str) -> list[Any]:
    """Rows whose JSON has the name somewhere, as a text of its own."""
    value = table.c[column]
    query = select(table.c.id, value.label("value")).where(value.contains(json.dumps(name), autoescape=True))
    return list(connection.execute(query))


def _put(connection: Connection, table: Table, known: str, column: str, value: str) -> None:
    connection.execute(update(table).where(table.c.id == known).values({column: value}))


def _exchanged(names: list[str], before: str, after: str) -> list[str]:
    return [after if name == before else name for name in names]
