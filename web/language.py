"""The languages that the pages speak: which there are, which a reader wants, and every text in it.

English is what templates and everything below `web` say. Another language is a folder of message catalogues (gettext's
PO format), one for each area, under `web/texts`; all of them together are the language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from web.told import Told

FOLDER = Path(__file__).parent / "texts"
ENGLISH = "en"
COOKIE = "language"
BELOW = "below.po"  # the catalogue of what no template says


@dataclass(frozen=True, eq=False)
class Language:
    """A language, ready for templates."""

    code: str
    catalogue: NullTranslations = field(default_factory=NullTranslations)
    below: Mapping[str, str] = field(default_factory=dict)  # what no template says, and how it is told

    @property
    def direction(self) -> str:
        """Which way it is written: ltr or rtl."""
        return Locale.parse(self.code).text_direction

    @property
    def name(self) -> str:
        """What it calls itself."""
        return (Locale.parse(self.code).display_name or self.code).capitalize()

    def number(self, value: int) -> str:
        """A number with its thousands apart."""
        return format_decimal(value, locale=self.code)

    def told(self, english: str) -> str:
        """What the code below says in English, in this language.

        A text is found as it stands, or by a text with blanks as `{this}`; of several told one after the other each is
        found by itself. What is not found stays as it is: it may be anybody's words.
        """
        return english if self.code == ENGLISH else self._told(english)

    @cached_property
    def _told(self) -> Told:
        return Told(self._known, self.below)

    def _known(self, english: str) -> str | None:
        found = self.below.get(english) or self.catalogue.gettext(english)
        return found if found != english else None


def languages(folder: Path = FOLDER) -> Mapping[str, Language]:
    """Every language there is, by its code. Raises ValueError for a catalogue that cannot be read."""
    others = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("_"))
    found = {path.name: Language(path.name, _read(path), _below(path / BELOW)) for path in others}
    return {ENGLISH: Language(ENGLISH)} | found


def wanted(chosen: str | None, accepted: str, there: Iterable[str]) -> str:
    """The code of the language for a reader: the one chosen, else the best that the browser accepts, else English.

    `accepted` is an Accept-Language header (RFC 9110, section 12.5.4).
    """
    known = tuple(there)
    if chosen in known:
        return chosen
    for tag in _ranked(accepted):
        code = tag.partition("-")[0]
        if code in known:
            return code
    return ENGLISH


def _ranked(accepted: str) -> list[str]:
    """The tags of the header, the most wanted first; what is not understood counts for nothing."""
    ranked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, weight = part.strip().lower().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if tag and quality > 0:
            ranked.append((quality, tag))
    return [tag for _, tag in sorted(ranked, key=lambda each: -each[0])]


def _below(path: Path) -> dict[str, str]:
    """The texts of a catalogue, none where there is no such file."""
    if not path.exists():
        return {}
    with path.open("rb") as source:
        return {str(each.id): str(each.string) for each in read_po(source) if each.id}


def _read(folder: Path) -> Translations:
    """The catalogues of a folder as one."""
    whole = Translations()
    for path in sorted(folder.glob("*.po")):
        packed = BytesIO()
        with path.open("rb") as source:
            write_mo(packed, read_po(source, locale=folder.name, abort_invalid=True))
        packed.seek(0)
        whole.merge(Translations(packed))
    return whole
