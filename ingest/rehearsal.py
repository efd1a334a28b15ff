"""What a sync would make of the files it finds, worked out without taking them in."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ingest.names import bounded
from ingest.sources.item import Item
from rag.places import LEFT, Place, unpublished

BLOCK = 1 << 20  # bytes read at a time
EMPTY = hashlib.sha256().hexdigest()


class Rehearsal:
    """A collection's places and the documents in them, as they would become one file after the other.

    Follows ``Intake.receive`` and ``Intake.forget``. A document that would be made goes by the origin of its file.
    """

    def __init__(self, places: Mapping[str, Place], waiting: set[str]) -> None:
        """``places`` are those of the whole collection, by origin; ``waiting`` documents wait to be read."""
        self.lies = {origin: place.document_id for origin, place in places.items()}  # document ids, by origin
        self.same: list[str] = []  # see Batch.same
        self._places = places
        self._vacated: list[Place] = []  # see Places.put
        self._times = Counter(self.lies.values())
        self._content = {place.document_id: place.sha256 for place in places.values()}
        self._holder = {sha256: known for known, sha256 in self._content.items()}
        self._published = {place.document_id for place in places.values() if place.status.published}
        unread = {place.document_id for place in places.values() if unpublished(place)}
        self._unread = unread | waiting

    def outcome(self, item: Item) -> str:
        """What taking a file in would count as. Raises OSError, or a FootnoteError, where it cannot be read."""
        sha256, origin = _hash(item), bounded(item.origin)
        before = self.lies.get(origin)
        known = self._document(origin, before, sha256)
        if known != before:
            self._move(origin, before, known)
        if self._content.get(known) != sha256:
            self._change(known, sha256)
        if known in self._unread:
            self._unread.discard(known)
            return "updated" if known in self._published else "added"
        if known != before:
            self.same.append(known)
        return "unchanged"

    def lying(self, known: Iterable[Place]) -> list[Place]:
        """Those of the places known before that are there still, and those of no file."""
        return [place for place in (*known, *self._vacated) if place.origin in self.lies]

    def forget(self, place: Place) -> bool:
        """Take a place away. Returns whether its document would go with it."""
        self.lies.pop(place.origin, None)
        self._times[place.document_id] -= 1
        return not self._times[place.document_id]

    def only_in(self, lost: Sequence[Place]) -> set[str]:
        """The ids of the documents that lie nowhere but in these places."""
        losing = Counter(place.document_id for place in lost)
        return {known for known, times in losing.items() if self._times[known] == times}

    def _document(self, origin: str, before: str | None, sha256: str) -> str:
        twin = self._holder.get(sha256) if sha256 != EMPTY else None
        if twin is not None:
            return twin
        return before if before is not None and self._times[before] == 1 else f"new: {origin}"

    def _move(self, origin: str, before: str | None, known: str) -> None:
        self.lies[origin] = known
        self._times[known] += 1
        if self.lies.pop(f"{LEFT}{known}", None):
            self._times[known] -= 1
        if before is None:
            return
        if self._times[before] > 1:
            self._times[before] -= 1
        else:
            self._vacate(self._places[origin].vacated())

    def _vacate(self, vacated: Place) -> None:
        self.lies[vacated.origin] = vacated.document_id
        self._vacated.append(vacated)

    def _change(self, known: str, sha256: str) -> None:
        self._holder.pop(self._content.get(known, ""), None)
        self._content[known] = sha256
        self._holder[sha256] = known
        self._unread.add(known)


def _hash(item: Item) -> str:
    digest = hashlib.sha256()
    with item.open() as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
