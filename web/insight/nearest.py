"""The document that comes closest to what was asked, of those that are there now."""

from collections.abc import Sequence

from rag.errors import NotFound
from rag.gaps import Gap
from rag.store import Store
from rag.types import Chunk, Document


def nearest(store: Store, gaps: Sequence[Gap]) -> dict[str, tuple[Document, Chunk | None]]:
    """By gap: the passage that came closest, or, where only bad answers are known, the document that they quote."""
    live = store.hits([near for gap in gaps for each in gap.questions for near in each.near])
    found: dict[str, tuple[Document, Chunk | None]] = {}
    for gap in gaps:
        near = next((live[key] for each in gap.questions for key in each.near if key in live), None)
        if near:
            found[gap.id] = (near[1], near[0])
        elif quoted := _quoted(store, gap):
            found[gap.id] = (quoted, None)
    return found


def _quoted(store: Store, gap: Gap) -> Document | None:
    for known in (known for each in gap.questions for known in each.cited):
        try:
            return store.document(known)
        except NotFound:
            continue
    return None
