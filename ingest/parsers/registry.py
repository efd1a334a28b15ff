"""Which parser reads which kind of document: a closed table."""

from functools import partial
from typing import Protocol

from ingest.parsers import (
    code,
    docx,
    epub,
    html,
    image,
    mail,
    markdown,
    odt,
    pdf,
    pptx,
    rtf,
    table,
    text,
    xlsx,
)
from ingest.parsers.detect import media_type
from ingest.parsers.reading import Reading
from rag.types import MediaType, Parsed


class Parser(Protocol):
    """Reads one kind of document."""

    def __call__(self, data: bytes, name: str, reading: Reading = ..., /) -> Parsed:
        """Bytes, the file's name and how to read it in, pages out; UnreadableDocument where there are none."""


def read(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read a document of any kind.

    Raises:
        UnreadableDocument: with the parser's own reason, or because its kind is not read.
    """
    return parser_for(media_type(data, name, reading))(data, name, reading)


def parser_for(kind: MediaType) -> Parser:  # noqa: C901  a line a kind: the type checker sees that none is missing
    """The parser of a kind of document."""
    match kind:
        case MediaType.PDF:
            return pdf.parse
        case MediaType.HTML:
            return html.parse
        case MediaType.MARKDOWN:
            return markdown.parse
        case MediaType.TEXT:
            return text.parse
        case MediaType.CODE:
            return code.parse
        case MediaType.JSON:
            return code.parse_json
        case MediaType.CSV:
            return table.parse
        case MediaType.DOCX:
            return docx.parse
        case MediaType.PPTX:
            return pptx.parse
        case MediaType.XLSX:
            return xlsx.parse
        case MediaType.ODT:
            return odt.parse
        case MediaType.RTF:
            return rtf.parse
        case MediaType.EPUB:
            return epub.parse
        case MediaType.EML:
            return partial(mail.parse_eml, read=read)
        case MediaType.MSG:
            return partial(mail.parse_msg, read=read)
        case MediaType.PNG | MediaType.JPEG | MediaType.TIFF:
            return image.parse
