"""What fetching an address brings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Freshness(StrEnum):
    """What an answer is, compared with what is known already."""

    FRESH = "fresh"  # its body came with it
    UNCHANGED = "unchanged"  # its server says that what is known is still right
    UNWANTED = "unwanted"  # of a kind that was not asked for: its body was not read


class Validators(NamedTuple):
    """What a server gave with an answer, to ask later whether it has changed. Either may be empty."""

    etag: str = ""
    last_modified: str = ""


Known = Mapping[str, Validators]  # by the address that the answer came from, see Fetched.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer."""

    url: str  # where it came from: after redirects, in normal spelling
    status: Freshness
    body: bytes = b""  # decompressed; empty unless it is fresh
    content_type: str = ""  # lower case, without parameters; as the server says, which may be wrong
    validators: Validators = field(default_factory=Validators)
    robots: str = ""  # its X-Robots-Tag header, in lower case
