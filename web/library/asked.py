"""Which part of the list of documents somebody looks at."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.datastructures import FormData

from ingest.listing import Filter, Order
from rag.types import MediaType
from web.deps import storable, text

PER_PAGE = 100
LAST_MOMENT = 250_000_000_000  # seconds since 1970 that a date can hold
ALIKE: dict[str, tuple[str, ...]] = {  # formats that people take for one
    MediaType.PNG: (MediaType.PNG, MediaType.JPEG, MediaType.TIFF),
    MediaType.EML: (MediaType.EML, MediaType.MSG),
}
_FIRST = {kind: first for first, kinds in ALIKE.items() for kind in kinds}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Filter, order and page of the list, since when its progress is counted, and what was done with it last."""

    q: str = ""
    state: str = ""
    collection: str = ""
    kind: str = ""
    sort: str = ""
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
    since: Annotated[float | None, Query(ge=0, le=LAST_MOMENT)] = None  # seconds since 1970
    coming: Annotated[int, Query(ge=0, le=1_000_000)] = 0  # files that are still being sent
    did: str = ""  # moved, reread or back
    count: Annotated[int, Query(ge=0, le=1_000_000)] = 0  # of documents with which that was done,
    tied: Annotated[int, Query(ge=0, le=1_000_000)] = 0  # and with which it was not, for a source keeps them,
    twins: Annotated[int, Query(ge=0, le=1_000_000)] = 0  # or for their like is there already

    @property
    def filter(self) -> Filter:
        """Which documents are meant."""
        return Filter(
            words=storable(self.q),
            state=storable(self.state),
            collection=storable(self.collection),
            kinds=ALIKE.get(self.kind, (self.kind,)) if self.kind else (),
        )

    @property
    def order(self) -> Order:
        """How they are sorted; what is no order is the usual one."""
        return Order(self.sort) if self.sort in list(Order) else Order.NEWEST

    @property
    def narrows(self) -> bool:
        """Whether documents are left out."""
        return any(self.fields[name] for name in ("q", "state", "collection", "kind"))

    @property
    def fields(self) -> dict[str, str]:
        """Filter and order, as an address or a form says them."""
        named = {"q": self.q, "state": self.state, "collection": self.collection, "kind": self.kind}
        return named | {"sort": self.sort}

    def address(self, **changed: Any) -> str:
        """That of this part of the list, or with these changes of another."""
        told = {name: value for name, value in (self.fields | changed).items() if value not in ("", None)}
        return f"/documents?{urlencode(told)}" if told else "/documents"

    def shown(self, found: int) -> tuple[int, int]:
        """The page that is shown of so many documents, and the last there is."""
        last = max(1, ceil(found / PER_PAGE))
        return min(self.page, last), last


def offered(kinds: Iterable[MediaType]) -> list[MediaType]:
    """The kinds to choose from, one for those that are alike."""
    return list(dict.fromkeys(MediaType(_FIRST.get(kind, kind)) for kind in kinds))


def asked_by(form: FormData) -> Asked:
    """The part of the list that a form was sent from."""
    return Asked(
        q=text(form, "q"),
        state=text(form, "state"),
        collection=text(form, "collection"),
        kind=text(form, "kind"),
        sort=text(form, "sort"),
    )
