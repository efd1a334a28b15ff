"""What a document is found by in the list of all: the words of its title and of its source. Pure."""


def sought(title: str, source: str) -> str:
    """Both, without regard to case; a word is looked for anywhere in it."""
    return f"{title}\n{source}".casefold()
