"""Mails with what is attached to them: a page for the mail, then the pages of its attachments.

Attachments are of any kind, so `read`, which knows all parsers, is handed in from above.
"""

from ingest.parsers.archive import sound
from ingest.parsers.post import eml, msg
from ingest.parsers.post.letter import Read, parsed
from ingest.parsers.reading import Reading
from rag.errors import UnreadableDocument
from rag.types import MediaType, Parsed


def parse_eml(data: bytes, name: str, reading: Reading = Reading(), *, read: Read) -> Parsed:
    """Read a mail as it travels. What is attached is read by `read`, and named in a warning where it cannot be.

    Raises:
        NoText: it says nothing at all.
        OverLimit: it has more parts than the limits allow.
        UnreadableDocument: its parts are nested deeper than any mail needs.
    """
    try:
        letter = eml.letter(data, name, reading, read)
    except RecursionError as error:
        raise UnreadableDocument(
            f"{name} cannot be read: its parts are nested deeper than any mail needs. "
            "Save the mail as PDF and add that."
        ) from error
    return parsed(letter, name, MediaType.EML, reading)


def parse_msg(data: bytes, name: str, reading: Reading = Reading(), *, read: Read) -> Parsed:
    """Read a mail that Outlook saved; like `parse_eml`.

    Raises:
        NoText: it says nothing at all.
        OverLimit: it unpacks to more than the limits allow.
        UnreadableDocument: it is damaged.
    """
    with sound(name, "an Outlook mail"):
        letter = msg.letter(data, name, reading, read)
    return parsed(letter, name, MediaType.MSG, reading)
