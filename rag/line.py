"""Which turns of a conversation are current, and what stood there before them. Pure.

A question that is asked again or in other words takes the place of the earlier turn and of all turns behind that.
Those stay, and each says by which turn it was replaced: those that went together are the line as it was before.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A turn: its id, and that of the turn which took its place."""

    id: str
    replaced_by: str | None = None


def line(nodes: Sequence[Node], at: str | None = None) -> list[Node]:
    """The turns to show, in order: the current ones, or those that stood around turn ``at``.

    ``nodes`` are all turns of a conversation in the order in which they were asked. Raises KeyError.
    """
    by_id = {node.id: node for node in nodes}
    until = by_id[at].replaced_by if at is not None else None
    shown = [node for node in nodes if node.replaced_by == until]
    while until is not None:
        above, until = until, by_id[until].replaced_by
        before = [node for node in nodes if node.replaced_by == until]
        shown = before[: [node.id for node in before].index(above)] + shown
    return shown


def versions(nodes: Sequence[Node], of: str) -> list[str]:
    """The turns that have stood in the place of this one, oldest first, itself among them."""
    first: dict[str, str] = {}  # the turn that each one took the place of
    for node in reversed(nodes):
        if node.replaced_by is not None:
            first[node.replaced_by] = node.id
    later = {gone: new for new, gone in first.items()}
    chain = [of]
    while (earlier := first.get(chain[0])) is not None:
        chain.insert(0, earlier)
    while (newer := later.get(chain[-1])) is not None:
        chain.append(newer)
    return chain


def successor(nodes: Sequence[Node], of: str) -> str:
    """The current turn in whose place this one stood, or stands. Raises KeyError."""
    by_id = {node.id: node for node in nodes}
    while (newer := by_id[of].replaced_by) is not None:
        of = newer
    return of
