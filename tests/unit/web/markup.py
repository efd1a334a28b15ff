"""HTML as a browser's tokenizer sees it: what is markup, and what is only text."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def tags(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every start tag with its attributes."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.tags


def skeleton(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """The markup without any value: tags and the names of their attributes."""
    return [(tag, tuple(attributes)) for tag, attributes in tags(html)]


def text(html: str) -> str:
    """What is read, each run of blanks as one."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.words).split())


def links(html: str, name: str = "") -> list[str]:
    """Where the links of a class lead."""
    return [
        a["href"] for tag, a in tags(html) if tag == "a" and (not name or name in a.get("class", "").split())
    ]
