"""Files that come in through a door of the web server."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.types import Scope

from ingest.files import BLOCK
from ingest.intake import Received
from rag.errors import FootnoteError, RetryableError
from web.deps import storable
from web.wiring import Services

DOORS = frozenset({"/documents", "/api/v1/documents"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What became of one file."""

    name: str
    received: Received | None  # None where it was refused
    reason: str = ""  # why it was
    passing: bool = False  # whether that may be otherwise the next time


def is_upload(scope: Scope) -> bool:
    """Whether a request brings documents."""
    return scope["type"] == "http" and scope["method"] == "POST" and scope["path"].rstrip("/") in DOORS


def receive(services: Services, file: UploadFile, collection: str, path: str = "") -> Upload:
    """Hand a file to the intake. A refusal is told and not raised, so that it keeps no other file out.

    The path says in which folder of its sender's it lay, and under which name.
    """
    name = place_name(path) or file_name(file.filename or "")
    try:
        received = services.intake.receive(file.file, name=name, collection=collection)
    except FootnoteError as error:
        passing = isinstance(error, RetryableError)
        return Upload(name=name, received=None, reason=str(error), passing=passing)
    return Upload(name=name, received=received)


def file_name(raw: str) -> str:
    """The last part of a path as any system writes it; browsers send no more, other clients may."""
    return storable(raw).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def place_name(raw: str) -> str:
    """A path below some folder, without what would lead out of it; it names a place and is never opened."""
    parts = storable(raw).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part.strip() not in ("", ".", ".."))


def fingerprint(files: Sequence[UploadFile], collection: str) -> str:
    """The same for the same files under the same names, however their request was put together."""
    told = [(file.filename, _sha256(file)) for file in files]
    return hashlib.sha256(json.dumps([collection, told]).encode()).hexdigest()


def _sha256(file: UploadFile) -> str:
    digest = hashlib.sha256()
    while block := file.file.read(BLOCK):
        digest.update(block)
    file.file.seek(0)
    return digest.hexdigest()
