"""Mails as Outlook files them (MSG), read by python-oxmsg."""

import io
from dataclasses import replace
from functools import partial
from typing import Any

from ingest.parsers.post.eml import header
from ingest.parsers.post.letter import Enclosed, Letter, Read, by_reading
from ingest.parsers.post.letter import parsed as as_document
from ingest.parsers.reading import Reading, over_unpacked
from rag.types import MediaType, Parsed

_RTF, _CONTENT_ID, _SHORT_NAME = 0x1009, 0x3712, 0x3704  # numbers of properties
_MAIL = "3701000D"  # ends the name of the storage that an attached mail is in
_PROPERTIES = "__properties_version1.0"
_HEADER = 24  # bytes before the properties of an attached mail; those of a mail of its own have 8 more


def letter(data: bytes, name: str, reading: Reading, read: Read) -> Letter:
    """What a mail holds.

    Raises:
        OverLimit: it unpacks to more than the limits allow.
    """
    from oxmsg import Message

    _check_size(data, name, reading)
    return _letter(Message.load(data), read)


def _check_size(data: bytes, name: str, reading: Reading) -> None:
    """Several entries of such a file may claim the same bytes."""
    from olefile import OleFileIO

    with OleFileIO(io.BytesIO(data)) as file:
        size = sum(entry.size for entry in file.direntries if entry is not None)
    if size > reading.limits.unpacked_bytes:
        raise over_unpacked(name, reading.limits)


def _letter(message: Any, read: Read) -> Letter:
    found = Letter(subject=" ".join(message.subject.split()), heads=_heads(message))
    marked_up = "" if (message.body or "").strip() else _html(message)
    if marked_up:
        found.body.append((True, marked_up))
    elif message.body:
        found.body.append((False, message.body.replace("\r\n", "\n").replace("\r", "\n")))
    elif message.properties.binary_prop_value(_RTF):
        found.unread.append(
            "The mail's text is only stored as Outlook's own rich text, which is not read. "
            "Save the mail as PDF and add that."
        )
    for number, attachment in enumerate(message.attachments, 1):
        found.enclosed.append(_enclosed(attachment, number, read))
    return found


def _heads(message: Any) -> list[tuple[str, str]]:
    headers = message._message_headers
    to = "; ".join(_person(each.name, each.email_address) for each in message.recipients)
    date = message.sent_date.isoformat(sep=" ", timespec="minutes") if message.sent_date else ""
    return [
        ("From", header(headers, "From") or message.sender or ""),
        ("To", header(headers, "To") or to),
        ("Cc", header(headers, "Cc")),
        ("Date", header(headers, "Date") or date),
    ]


def _person(name: str | None, address: str | None) -> str:
    return f"{name} <{address}>" if name and address and name != address else name or address or ""


def _html(message: Any) -> str:
    try:
        return message.html_body or ""
    except (LookupError, ValueError):  # it is in another encoding than it says
        data = message.properties.binary_prop_value(0x1013)
        return (data or b"").decode("utf-8", "replace")


def _enclosed(attachment: Any, number: int, read: Read) -> Enclosed:
    properties = attachment.properties
    name = attachment.file_name or properties.str_prop_value(_SHORT_NAME) or ""
    inner = next((each for each in attachment._storage.storages if each.name.endswith(_MAIL)), None)
    if inner is not None:
        name = name or "attached mail"
        return Enclosed(name=name, size=0, read=partial(_read_mail, inner, name, read))
    data, name = attachment.file_bytes or b"", name or f"attachment {number}"
    return Enclosed(
        name=name,
        size=len(data),
        read=by_reading(data, name, read),
        kind=attachment.mime_type or "",
        inline=bool(properties.str_prop_value(_CONTENT_ID)),
    )


def _read_mail(storage: Any, name: str, read: Read, reading: Reading) -> Parsed:
    from oxmsg import Message

    streams = tuple(
        replace(stream, bytes_=stream.bytes_[:_HEADER] + bytes(8) + stream.bytes_[_HEADER:])
        if stream.name == _PROPERTIES
        else stream
        for stream in storage.streams
    )
    message = Message(replace(storage, streams=streams))
    return as_document(_letter(message, read), name, MediaType.MSG, reading)
