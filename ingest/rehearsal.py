"""What a sync would make of the files it finds, worked out without taking them in."""

import hashlib
from collections import Counter
from collections.abc import Mapping

from ingest.sources.item import Item
from rag.places import Place, unpublished

BLOCK = 1 << 20  # bytes read at a time


class Rehearsal:
    """The contents of a collection's places, as they would become one file after the other."""

    def __init__(self, contents: Mapping[str, str], known: Mapping[str, Place], waiting: set[str]) -> None:
        """``contents`` are hashes by origin, of the whole collection; ``known`` the places of the source."""
        self._contents = dict(contents)
        self._held = Counter(self._contents.values())
        self._known = known
        self._waiting = waiting  # ids of documents
        self._moved: set[str] = set()  # hashes that were found in one more place

    def outcome(self, item: Item) -> str:
        """What taking a file in would count as. Raises OSError, or a FootnoteError, where it cannot be read."""
        sha256, place = _hash(item), self._known.get(item.origin)
        before = self._contents.get(item.origin)
        if before == sha256:
            return self._same(place)
        alone = before is not None and self._held[before] == 1
        self._leave(item.origin)
        joins = self._held[sha256] > 0
        self._contents[item.origin] = sha256
        self._held[sha256] += 1
        if joins:
            self._moved.add(sha256)
            return "unchanged"
        return "updated" if alone and place is not None and place.status.published else "added"

    def loss(self, place: Place) -> str:
        """What the end of a place would count as; nothing where its document lies elsewhere as before."""
        self._leave(place.origin)
        if not self._held[place.sha256]:
            return "deleted"
        return "renamed" if place.sha256 in self._moved else ""

    def lost(self, places: list[Place]) -> int:
        """How many documents would go with these places."""
        leaving = Counter(place.sha256 for place in places)
        return sum(self._held[sha256] == count for sha256, count in leaving.items())

    def _same(self, place: Place | None) -> str:
        if place is None or not (unpublished(place) or place.document_id in self._waiting):
            return "unchanged"
        return "updated" if place.status.published else "added"

    def _leave(self, origin: str) -> None:
        before = self._contents.pop(origin, None)
        if before is not None:
            self._held[before] -= 1


def _hash(item: Item) -> str:
    digest = hashlib.sha256()
    with item.open() as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
