"""Which parser reads which kind of document: a closed table."""

from collections.abc import Callable

from ingest.parsers import html, markdown, pdf, text
from rag.types import MediaType, Parsed

Parser = Callable[[bytes, str], Parsed]


def parser_for(media_type: MediaType) -> Parser:
    """The parser of a kind of document: bytes and the file's name in, pages out."""
    match media_type:
        case MediaType.PDF:
            return pdf.parse
        case MediaType.HTML:
            return html.parse
        case MediaType.MARKDOWN:
            return markdown.parse
        case MediaType.TEXT:
            return text.parse
