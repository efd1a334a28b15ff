"""What of a question is to be found letter by letter: what it quotes, and codes such as INV-2024-7. Pure."""

import re

_QUOTED = re.compile(
    r"\"([^\"\n]{2,200})\"|“([^”\n]{2,200})”|„([^“”\n]{2,200})[“”]|«([^»\n]{2,200})»|»([^«\n]{2,200})«"
)
_CODE = re.compile(r"(?<![\w.,/-])(?=[\w./,:-]*\d)[^\W_]+(?:[./,:_-][^\W_]+)+(?![\w/-])")
MOST = 8  # phrases of a question; who pastes a page does not look for all of it


def phrases(question: str) -> tuple[str, ...]:
    """The phrases in quotation marks and the words with digits and joints in them, each once, at most MOST."""
    quoted = ["".join(found) for found in _QUOTED.findall(question)]
    codes = _CODE.findall(_QUOTED.sub(" ", question))
    return tuple(dict.fromkeys(phrase.strip() for phrase in (*quoted, *codes) if phrase.strip()))[:MOST]
