"""Files that come in through a door of the web server."""

from dataclasses import dataclass

from starlette.datastructures import UploadFile

from ingest.intake import Received
from rag.errors import FootnoteError
from web.deps import storable
from web.wiring import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What became of one file."""

    name: str
    received: Received | None  # None where it was refused
    reason: str = ""  # why it was


def receive(services: Services, file: UploadFile, collection: str) -> Upload:
    """Hand a file to the intake. A refusal is told and not raised, so that it keeps no other file out."""
    name = file_name(file.filename or "")
    try:
        received = services.intake.receive(file.file, name=name, collection=collection)
    except FootnoteError as error:
        return Upload(name=name, received=None, reason=str(error))
    return Upload(name=name, received=received)


def file_name(raw: str) -> str:
    """The last part of a path as any system writes it; browsers send no more, other clients may."""
    return storable(raw).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
