"""Which parser reads which kind of document: a closed table."""

from typing import Protocol

from ingest.parsers import code, docx, epub, html, markdown, odt, pdf, pptx, rtf, table, text, xlsx
from ingest.parsers.reading import Reading
from rag.types import MediaType, Parsed


class Parser(Protocol):
    """Reads one kind of document: bytes, the file's name and how to read it in, pages out."""

    def __call__(self, data: bytes, name: str, reading: Reading = ..., /) -> Parsed:
        """Raises UnreadableDocument where nothing can be read."""


def parser_for(media_type: MediaType) -> Parser:  # noqa: C901  one line a kind: a table that mypy completes
    """The parser of a kind of document."""
    match media_type:
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
        case MediaType.EML | MediaType.MSG:
            from ingest.parsers import mail  # which reads what is attached by this very table

            return mail.parse_eml if media_type is MediaType.EML else mail.parse_msg
        case MediaType.PNG | MediaType.JPEG | MediaType.TIFF:
            from ingest.parsers import image

            return image.parse
