"""What may be named as the writer of answers: a word, a folder, a model of a hub, or the addresses of servers."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rag.listed import parts

WORDS = ("auto", "quotes", "bundled")
HUB_NAME = re.compile(r"(?P<name>\w[\w.-]*/\w[\w.-]*)(?:@(?P<revision>\w[\w./-]*))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubName:
    """A model as a hub names it, ``owner/name``, and which of its revisions: empty where none is named."""

    name: str
    revision: str = ""

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}" if self.revision else self.name


def hub_name(given: str) -> HubName | None:
    """The model that ``owner/name`` or ``owner/name@revision`` names, if it is such a name."""
    found = HUB_NAME.fullmatch(given)
    return HubName(name=found["name"], revision=found["revision"] or "") if found else None


def is_folder(given: str) -> bool:
    """Whether it names a folder that is there; such a one goes before a model of the same name."""
    return Path(given).expanduser().is_dir()


def urls(given: str) -> tuple[str, ...]:
    """The servers that it names, in their order."""
    return tuple(part for part in parts(given) if _is_url(part))


def checked(given: str) -> str:
    """The same, if it names something that could be there. Raises ValueError."""
    named = given in WORDS or is_folder(given) or hub_name(given) is not None
    if not named and not all(_is_url(part) for part in parts(given)):
        raise ValueError(
            f"it is {', '.join(WORDS)}, a folder, a pulled model's owner/name, or URLs that begin with http:// or https://"
        )
    if any("@" in (at := urlsplit(part)).netloc or at.query or at.fragment for part in urls(given)):
        raise ValueError("addresses are shown to people: put a key into FOOTNOTE_GENERATOR_KEY")
    return given


def _is_url(text: str) -> bool:
    address = urlsplit(text)
    return address.scheme in ("http", "https") and bool(address.hostname)
