"""Mails as they travel (EML): their headers and parts, however carelessly they were put together."""

import email.header
import email.message
import email.parser
import re
from collections.abc import Iterator
from functools import partial
from pathlib import PurePath

from ingest.parsers.post.letter import Enclosed, Letter, Read, by_reading
from ingest.parsers.post.letter import parsed as as_document
from ingest.parsers.reading import Reading, over
from ingest.parsers.text import decode
from rag.errors import UnsupportedType
from rag.types import MediaType, Parsed

Message = email.message.Message

_SHOWN = ("From", "To", "Cc", "Date")
_LONGEST = 10_000  # characters of a header that are read
_GUESSABLE = 500  # bytes
_SIGNATURES = re.compile(r"application/(?:x-)?(?:pkcs7|pgp)-signature")
_MAIL = "message/rfc822"
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_BROKEN = (AttributeError, IndexError, LookupError, TypeError, ValueError)


def letter(data: bytes, name: str, reading: Reading, read: Read) -> Letter:
    """What a mail holds.

    Raises:
        OverLimit: it has more parts than the limits allow.
        RecursionError: its parts are nested deeper than any mail needs.
    """
    return _letter(email.parser.BytesParser().parsebytes(data), name, reading, read)


def header(message: Message, name: str) -> str:
    """A header as its reader sees it, on one line; empty where there is none."""
    raw = next((value for key, value in message.raw_items() if key.casefold() == name.casefold()), "")
    value = _unlabelled(str(raw)[:_LONGEST].encode("utf-8", "surrogateescape"))
    return " ".join(_decoded(value).split())


def _decoded(value: str) -> str:
    """A header's encoded words as text; it stays as it is written where they are damaged."""
    try:
        return str(email.header.make_header(email.header.decode_header(value))) or value
    except _BROKEN:
        return value


def _letter(message: Message, name: str, reading: Reading, read: Read) -> Letter:
    heads = [(head, header(message, head)) for head in _SHOWN]
    found = Letter(subject=header(message, "Subject"), heads=heads)
    texts: dict[int, list[tuple[bool, str]]] = {}  # of which one is chosen, by what they are alternatives of
    for at, (part, choice) in enumerate(_leaves(message)):
        if at >= reading.limits.members:
            raise over(name, "parts", reading.limits.members, "FOOTNOTE_PARSE_MEMBERS")
        if _is_text(part):
            is_html = part.get_content_type() == "text/html"
            texts.setdefault(choice, []).append((is_html, _text(part)))
        else:
            _enclose(part, found, at + 1, read)
    found.body = [each for group in texts.values() for each in _chosen(group)]
    return found


def _leaves(message: Message) -> Iterator[tuple[Message, int]]:
    """The parts that hold something, in order, each with a number that alternatives of it share."""
    waiting: list[tuple[Message, int]] = [(message, 0)]
    while waiting:
        part, choice = waiting.pop()
        inside = part.get_payload() if part.get_content_maintype() == "multipart" else None
        if isinstance(inside, list):
            if part.get_content_subtype() == "alternative":
                choice = choice or id(part)
            waiting += [(each, choice) for each in reversed(inside) if isinstance(each, Message)]
        else:
            yield part, choice or id(part)


def _chosen(group: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """Of alternatives, those in plain text where they say anything."""
    plain = [each for each in group if not each[0] and each[1].strip()]
    return plain or [each for each in group if each[0]]


def _is_text(part: Message) -> bool:
    kind = part.get_content_type()
    attached = part.get_content_disposition() == "attachment" or bool(_file_name(part))
    return kind in ("text/plain", "text/html", "text/enriched") and not attached


def _text(part: Message) -> str:
    """A part's text: as UTF-8 where it is, as it says of itself, or by the likeliest encoding."""
    data = _content(part)
    declared = part.get_content_charset("utf-8") if not part.defects else "utf-8"
    for encoding in (declared, "utf-8") if declared.startswith(("iso-2022", "utf-")) else ("utf-8", declared):
        try:
            return data.decode(encoding)
        except (LookupError, ValueError):
            continue
    return _unlabelled(data)


def _unlabelled(data: bytes) -> str:
    """Text of which nobody says what encoding it has: a few words are too few to guess by."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data) if len(data) >= _GUESSABLE else data.decode("cp1252", "replace")


def _content(part: Message) -> bytes:
    """What a part holds, unpacked as far as possible."""
    try:
        data = part.get_payload(decode=True)
    except _BROKEN:
        data = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return data if isinstance(data, bytes) else b""


def _enclose(part: Message, found: Letter, number: int, read: Read) -> None:
    """Note what is attached; signatures and reports of delivery are not sent to be read."""
    kind, name = part.get_content_type(), _file_name(part)
    if kind in _TNEF or name.casefold() == "winmail.dat":
        found.enclosed.append(Enclosed(name=name or "winmail.dat", size=0, read=_refuse))
    elif kind == _MAIL:
        found.enclosed.append(_mail(part, name, read))
    elif not _SIGNATURES.match(kind) and part.get_content_maintype() != "message":
        data, name = _content(part), name or f"attachment {number}"
        inline = part.get_content_disposition() != "attachment"
        reader = by_reading(data, name, read)
        found.enclosed.append(Enclosed(name=name, size=len(data), read=reader, kind=kind, inline=inline))


def _refuse(reading: Reading) -> Parsed:  # noqa: ARG001
    """For Outlook's own packages."""
    raise UnsupportedType("It is a package that only Outlook opens. Ask its sender for the files in it.")


def _mail(part: Message, name: str, read: Read) -> Enclosed:
    inside = part.get_payload()
    inner = inside[0] if isinstance(inside, list) and inside else Message()
    assert isinstance(inner, Message)
    name = name or header(inner, "Subject") or "attached mail"
    return Enclosed(name=name, size=0, read=partial(_read_mail, inner, name, read), kind=_MAIL)


def _read_mail(message: Message, name: str, read: Read, reading: Reading) -> Parsed:
    return as_document(_letter(message, name, reading, read), name, MediaType.EML, reading)


def _file_name(part: Message) -> str:
    """The name of an attached file, without folders."""
    try:
        name = _decoded(part.get_filename() or "")
    except _BROKEN:
        return ""
    return PurePath(" ".join(name.replace("\\", "/").split())).name[:200]
