"""The law of citations: a quote is the very characters at its place on a stored page."""

from rag.types import Citation, Page


def stands(citation: Citation, page: Page | None) -> bool:
    """Whether the page still holds the quote at the place that the citation names."""
    return (
        page is not None
        and page.number == citation.page
        and 0 <= citation.start < citation.end <= len(page.text)
        and page.text[citation.start : citation.end] == citation.quote
    )
