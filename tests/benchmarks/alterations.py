"""Ways to reword a sentence honestly and ways to alter what it says, for the benchmark of the support check.

They share nothing with the check: the words and patterns here are their own.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?<![\w.,:/-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,]|\.\d)|(?<![\w.,:/-])\d+(?:\.\d+)?(?![\w,:/-]|\.\d)"
)
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}}) (?P<m>{_MONTH})|(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})),? (?P<y>\d{{4}})\b"
)
_NO_NAMES = "The|This|It|In|A|If|We|You|Our|When|How|These|For|All|Other|What|Your|They|He|She"
_NAME = re.compile(rf"(?<=[a-z,] )(?!(?:{_NO_NAMES})\b)[A-Z][a-zé]{{2,}}(?: [A-Z][a-zé]{{2,}})?(?![\w'’-])")
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()
_SYNONYMS = {  # written before the check's own list, and not taken from it
    "must": "has to", "began": "started", "purchase": "buy", "purchased": "bought", "large": "big", "many": "numerous",
    "important": "significant", "famous": "well-known", "assist": "help", "required": "needed", "often": "frequently",
    "located": "situated", "receive": "get", "received": "got", "children": "kids", "obtain": "get",
    "approximately": "about", "however": "but", "such as": "like", "because": "since",
    "additional": "extra", "collect": "gather", "information": "data", "established": "founded", "created": "made",
    "built": "constructed", "main": "principal", "nearly": "almost", "several": "a number of", "use": "employ",
    "allows": "lets", "ensure": "make sure", "choose": "pick", "difficult": "hard", "mostly": "mainly",
    "entire": "whole", "largest": "biggest", "usually": "normally", "whole": "entire", "immediately": "at once",
    "regarding": "about", "prior to": "before", "in order to": "to", "known as": "called", "due to": "because of",
    "more than": "over", "help": "assist", "begin": "start", "buy": "purchase",
}  # fmt: skip
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|will|would|should|must|may|has|have|had)\b(?! not|n't)(?= [a-z])"
)
_PAST = re.compile(
    r"(?<=[a-z] )(?P<verb>(?:started|wanted|needed|visited|accepted|included|provided|ended|stated|created))\b"
)
_OPPOSITES = {
    "more": "less", "less": "more", "before": "after", "after": "before", "increase": "decrease", "minimum": "maximum",
    "increased": "decreased", "maximum": "minimum", "higher": "lower", "lower": "higher", "larger": "smaller",
    "smaller": "larger", "above": "below", "north": "south", "south": "north", "east": "west", "west": "east",
    "northern": "southern", "southern": "northern", "first": "last", "highest": "lowest", "include": "exclude",
    "at least": "at most", "most": "least", "earlier": "later", "internal": "external", "older": "younger",
    "required": "forbidden", "allowed": "prohibited", "legal": "illegal", "began": "ended", "fewer": "more",
}  # fmt: skip
_UNITS = {
    "days": "hours", "hours": "days", "years": "months", "months": "weeks", "minutes": "hours", "km": "miles",
    "miles": "kilometres", "metres": "feet", "feet": "metres", "euros": "dollars", "percent": "years", "weeks": "days",
}  # fmt: skip
_WORDS = "harbour marble budget lantern violin committee glacier recipe tunnel orchard ferry senate".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A sentence, and what may be taken to change it."""

    dice: random.Random
    sentence: str
    follows: str  # the sentence behind it; empty where it is none
    around: str  # it with its neighbours
    other: str  # a sentence on the same topic
    other_text: str  # the passage that it stands in
    far: str  # some passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A sentence that was changed, or its citation."""

    said: str
    quotes: tuple[str, ...] = ()  # instead of its own
    wide: bool = False  # needs the neighbours


Change = Callable[[Source], Changed | None]


def _said(text: str | None) -> Changed | None:
    return Changed(said=text) if text else None


def _substituted(
    pattern: re.Pattern[str], text: str, dice: random.Random, change: Callable[[re.Match[str]], str]
) -> str | None:
    """The text with one match, by chance, changed; None where nothing matches or nothing changes."""
    found = list(pattern.finditer(text))
    if not found:
        return None
    one = dice.choice(found)
    new = change(one)
    return text[: one.start()] + new + text[one.end() :] if new and new != one.group() else None


def _respelt(match: re.Match[str]) -> str:
    text = match.group()
    if "," in text:
        plain = text.replace(",", "")
        return f"{plain[:-6]}.{plain[-6:-5]} million" if plain.endswith("00000") and len(plain) > 6 else plain
    after = match.string[match.end() : match.end() + 4].strip()
    if after[:1].isupper() or after[:2] in ("a.", "p.", "am", "pm"):  # a date's or a time's
        return ""
    if text.isdigit() and int(text) < len(_SMALL) and len(text) < 3:
        return _SMALL[int(text)]
    return f"{int(text):,}" if text.isdigit() and len(text) > 5 else ""


def numbers_respelt(source: Source) -> Changed | None:
    text = _substituted(_NUMBER, source.sentence, source.dice, _respelt)
    if text is None and "%" in source.sentence:
        text = re.sub(r"\s?%", " percent", source.sentence)
    if text is None and (
        word := re.search(rf"(?<=[a-z] )({'|'.join(_SMALL[2:])})(?= [a-z])", source.sentence)
    ):
        text = (
            source.sentence[: word.start()] + str(_SMALL.index(word.group())) + source.sentence[word.end() :]
        )
    return _said(text)


def dates_reformatted(source: Source) -> Changed | None:
    def other(match: re.Match[str]) -> str:
        day, month, year = int(match["d"] or match["d2"]), match["m"] or match["m2"], match["y"]
        if source.dice.random() < 0.5:
            return f"{year}-{_MONTHS.index(month) + 1:02}-{day:02}"
        return f"{month} {day}, {year}" if match["d"] else f"{day} {month} {year}"

    return _said(_substituted(_DATE, source.sentence, source.dice, other))


def clause_dropped(source: Source) -> Changed | None:
    text = source.sentence
    for pattern in (
        r" \([^()]*\)",
        r", which [^,.;]*(?=,|\.$)",
        r", who [^,.;]*(?=,|\.$)",
        r", including [^.;]*(?=\.$)",
    ):
        shorter = re.sub(pattern, "", text, count=1)
        if shorter != text:
            return _said(re.sub(r"(?<=\w),(?= (?:is|are|was|were|has|had) )", "", shorter))
    return None


def moved_phrase(source: Source) -> Changed | None:
    found = re.fullmatch(r"(In|On|At|During|By|Since) ([^,]{3,40}), (.{20,})\.", source.sentence)
    if not found or ". " in found[3] or "]" in found[3]:
        return None
    rest = found[3]
    return _said(f"{rest[0].upper()}{rest[1:]} {found[1].lower()} {found[2]}.")


def synonyms(source: Source) -> Changed | None:
    text, done = source.sentence, 0
    for word, other in _SYNONYMS.items():
        new = re.sub(rf"(?<=[a-z] )(?<!no ){word}(?= (?!of )[a-z])", other, text, count=1)
        done += new != text
        text = new
        if done == 2:
            break
    return _said(text) if done else None


def shortened(source: Source) -> Changed | None:
    text = re.sub(r"\b[a-z]{3,}ly (?=[a-z])", "", source.sentence)
    text = re.sub(r" \([^()]*\)|(?<=\w), (?:which|who|including|such as) [^,.;]*(?=,|\.$)", "", text)
    text = re.sub(r"(?<=[a-z] )(?:also|very|various|certain|other|own) (?=[a-z])", "", text)
    return Changed(said=text) if len(text) < len(source.sentence) - 5 else None


def contracted(source: Source) -> Changed | None:
    text = re.sub(
        r"\b(is|are|was|were|do|does|did|has|have|had|would|could|should) not\b", r"\1n't", source.sentence
    )
    text = text if text != source.sentence else re.sub(r"\bcannot\b", "can't", text)
    return _said(text) if text != source.sentence else None


def introduced(source: Source) -> Changed | None:
    lead = source.dice.choice(("According to the document, ", "The source states that ", "In short, "))
    first, rest = source.sentence.split(" ", 1)
    opens = first in (
        "One",
        "Some",
        "All",
        "New",
        "Should",
        "There",
        "Our",
        "Your",
        "He",
        "She",
        "Other",
        "Others",
        "The",
        "A",
        "An",
        "In",
        "It",
        "This",
        "These",
        "Their",
        "They",
        "We",
        "You",
        "If",
        "For",
        "On",
    )
    return _said(lead + (first.lower() if opens else first) + " " + rest)


def joined(source: Source) -> Changed | None:
    if not source.follows:
        return None
    return Changed(
        said=f"{source.sentence[:-1]}, and {source.follows[0].lower()}{source.follows[1:]}", wide=True
    )


def number_changed(source: Source) -> Changed | None:
    def other(match: re.Match[str]) -> str:
        value = float(match.group().replace(",", ""))
        if value.is_integer():
            new = int(value) + source.dice.choice((1, 2, 3, 7, 10, 25)) * source.dice.choice((1, -1))
            return f"{abs(new):,}" if "," in match.group() else str(abs(new))
        return f"{value + source.dice.choice((0.3, 1.1, 2.7)):.{len(match.group().split('.')[1])}f}"

    return _said(_substituted(_NUMBER, source.sentence, source.dice, other))


def number_of_neighbour(source: Source) -> Changed | None:
    own = {match.group() for match in _NUMBER.finditer(source.sentence)}
    others = sorted({match.group() for match in _NUMBER.finditer(source.around)} - own)
    if not others:
        return None
    text = _substituted(_NUMBER, source.sentence, source.dice, lambda _: source.dice.choice(others))
    return Changed(said=text, wide=True) if text else None


def date_changed(source: Source) -> Changed | None:
    def other(match: re.Match[str]) -> str:
        month = match["m"] or match["m2"]
        return match.group().replace(month, _MONTHS[(_MONTHS.index(month) + source.dice.randint(1, 11)) % 12])

    return _said(_substituted(_DATE, source.sentence, source.dice, other))


def name_swapped(source: Source) -> Changed | None:
    others = [
        n
        for n in _NAME.findall(source.far + source.other_text)
        if n not in source.around and n not in _MONTHS
    ]
    return _said(
        _substituted(_NAME, source.sentence, source.dice, lambda _: source.dice.choice(others))
        if others
        else None
    )


def name_of_neighbour(source: Source) -> Changed | None:
    others = [
        name for name in _NAME.findall(source.around) if name not in source.sentence and name not in _MONTHS
    ]
    if not others:
        return None
    text = _substituted(_NAME, source.sentence, source.dice, lambda _: source.dice.choice(others))
    return Changed(said=text, wide=True) if text else None


def negation_added(source: Source) -> Changed | None:
    text = _substituted(_AUXILIARY, source.sentence, source.dice, lambda match: f"{match.group()} not")
    if text is None:
        text = _substituted(_PAST, source.sentence, source.dice, lambda match: f"did not {match.group()}")
    return _said(text)


_DENIALS = (
    (
        r"\b(is|are|was|were|can|could|will|would|should|must|may|has|have|had|do|does|did) not\b(?! only)",
        r"\1",
    ),
    (r"\bcannot\b", "can"),
    (r"\b(do|does|is|are|was|were)n['’]t\b", r"\1"),
    (r" never ", " "),
    (r"\bwithout\b", "with"),
    (r" no (?=[a-z])", " "),
)


def negation_removed(source: Source) -> Changed | None:
    for pattern, new in _DENIALS:
        text = re.sub(pattern, new, source.sentence, count=1)
        if text != source.sentence:
            return _said(text)
    return None


def citation_moved(source: Source) -> Changed | None:
    return Changed(said=source.sentence, quotes=(source.other_text,))


def citation_moved_far(source: Source) -> Changed | None:
    return Changed(said=source.sentence, quotes=(source.far,)) if source.sentence not in source.far else None


def invented(source: Source) -> Changed | None:
    return _said(source.other) if source.other and source.other not in source.around else None


def blended(source: Source) -> Changed | None:
    if not source.other or source.other in source.around:
        return None
    own, other = source.sentence.split(), source.other.split()
    return _said(" ".join(own[: len(own) // 2] + other[len(other) // 2 :]))


def opposite(source: Source) -> Changed | None:
    pattern = re.compile(rf"(?<=[a-z] )({'|'.join(_OPPOSITES)})(?= [a-z])")
    return _said(_substituted(pattern, source.sentence, source.dice, lambda match: _OPPOSITES[match.group()]))


def unit_changed(source: Source) -> Changed | None:
    pattern = re.compile(rf"(?<=\d )({'|'.join(_UNITS)})\b")
    return _said(_substituted(pattern, source.sentence, source.dice, lambda match: _UNITS[match.group()]))


def word_replaced(source: Source) -> Changed | None:
    pattern = re.compile(
        r"(?<=\bthe )[a-z]{5,}(?= (?:of|in|is|was|are|and|to|for))|(?<=\bof )[a-z]{5,}(?=[ ,.])"
    )
    return _said(_substituted(pattern, source.sentence, source.dice, lambda _: source.dice.choice(_WORDS)))


TRUE: dict[str, Change] = {
    "verbatim": lambda source: Changed(said=source.sentence),
    "numbers respelt": numbers_respelt,
    "dates reformatted": dates_reformatted,
    "clause dropped": clause_dropped,
    "shortened": shortened,
    "phrase moved": moved_phrase,
    "synonyms": synonyms,
    "contracted": contracted,
    "introduced": introduced,
    "two joined": joined,
}
ALTERED: dict[str, Change] = {
    "number changed": number_changed,
    "number of a neighbour": number_of_neighbour,
    "date changed": date_changed,
    "unit changed": unit_changed,
    "name swapped": name_swapped,
    "name of a neighbour": name_of_neighbour,
    "negation added": negation_added,
    "negation removed": negation_removed,
    "opposite": opposite,
    "word replaced": word_replaced,
    "citation moved nearby": citation_moved,
    "citation moved far": citation_moved_far,
    "invented": invented,
    "blended": blended,
}
