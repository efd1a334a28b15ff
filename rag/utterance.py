"""How far a question leans on what was said before it, told by its wording. Pure; reads English.

A question of another language, or one in words of its own, stands alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Stance(StrEnum):
    """What a question needs of the conversation."""

    ALONE = "alone"  # nothing
    REFERS = "refers"  # what it names by a pronoun, or leaves out
    PHRASE = "phrase"  # an earlier question in which its words take the place of others
    BRIEF = "brief"  # perhaps something: it is a sentence, but says little


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """A question, read as one turn of a conversation."""

    text: str
    body: str  # without opening words such as "and what about"
    stance: Stance
    linked: bool  # its opening words tie it to what was said before
    returns: bool  # it goes back to something before the latest turn


BRIEF = 3  # telling words of a sentence that may leave something unsaid
PHRASE = 4  # telling words of a phrase that may leave the rest of its question unsaid
LINKED_PHRASE = 6  # the same after opening words

_ARTICLES = frozenset("a an the".split())
_PREPOSITIONS = frozenset(
    "of in on at to for from by with as about into over under between during before after above below through within "
    "without per via like than until since while because whether although regarding concerning upon".split()
)
_AUXILIARIES = frozenset(
    "is are was were be been being am do does did done has have had having can could will would shall should may "
    "might must isn't aren't wasn't don't doesn't didn't can't won't couldn't wouldn't shouldn't i'm i've i'd i'll "
    "you're we're we've they're what's who's where's when's how's that's there's".split()
)
_ASKING = frozenset("what which who whom whose when where why how".split())
_POINTING = frozenset("it its it's they them their theirs he him his she her hers itself themselves".split())
_DEMONSTRATIVE = frozenset("this that these those".split())
_SPEAKERS = frozenset("i me my mine you your yours we us our ours myself yourself ourselves".split())
_OTHER = frozenset(
    "and or but if so such no nor not then there here up down out off again further once all any both each few more "
    "most other others another some own same only too very just also many much one ones yes please still even instead "
    "let let's well either else sorry ok okay thanks actually rather mean meant".split()
)
_FUNCTION = (
    _ARTICLES | _PREPOSITIONS | _AUXILIARIES | _ASKING | _POINTING | _DEMONSTRATIVE | _SPEAKERS | _OTHER
)
# Verbs and measures that any question may hold: they tell nothing of what it is about.
_PALE = frozenset(
    "get gets got give gives given take takes make makes need needs use uses used want wanted know tell say says find "
    "happen happens happened go goes going come comes coming put keep work works last lasts long often soon early late "
    "far tall kind type thing things way ways case time times part exactly different differ compare "
    "compares compared asked asking question back ask".split()
)
_WORD = re.compile(r"[^\W_]+(?:[-'’.&/][^\W_]+)*")
_CLAUSE = re.compile(r"[.!?;:,–—]\s+|\s[–—-]\s|\b(?:if|when|because|although|whether)\b", re.IGNORECASE)
_OPENING = re.compile(
    r"^\W*(?:(?:and|but|or|so|ok|okay|also|no|nope|sorry|actually|well|yes|thanks|then|plus)\b[\s,:;.–—-]*)*"
    r"(?:(?:(?:what|how) about|what of|what if|i (?:meant|mean|want(?:ed)?|was asking (?:about|for))|"
    r"(?:is it |it's )?the same for|same (?:question )?for|as for|"
    r"(?:(?:going|coming|getting) )?back to|returning to|regarding|concerning)\b[\s,:;–—-]*)?",
    re.IGNORECASE,
)
_RETURNS = re.compile(
    r"\b(?:back to|returning to|regarding|concerning|as for|earlier|again)\b|^\W*(?:on|about) [^,:]*[,:]",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(r"\bwhat if\b", re.IGNORECASE)
_ADDS = re.compile(r"\b(?:as well|too|either|otherwise|instead|else|though)\W*$", re.IGNORECASE)
_CONDITION = re.compile(
    r"^(?:if|when|where|even|unless|while|without|during|after|before)\s+(\w+)", re.IGNORECASE
)


def read(text: str) -> Utterance:
    """The question with what its wording says of its place in a conversation. Linear in its length."""
    opening = _OPENING.match(text)
    body = text[opening.end() if opening else 0 :]
    said = bool(opening and opening.group().strip(" \t\n,:;.–—-\"'(¿¡"))
    return Utterance(
        text=text,
        body=body,
        stance=_stance(text, body, said),
        linked=said,
        returns=bool(_RETURNS.search(text)),
    )


def telling(text: str) -> list[str]:
    """The words that say what a text is about, in lower case and in order."""
    return [word for word in _words(text) if not _empty(word)]


def phrases(text: str) -> list[tuple[int, int]]:
    """Where the telling words of a text stand side by side, names apart from other words; half open."""
    found: list[tuple[int, int]] = []
    named = False
    for match in _WORD.finditer(text):
        word = match.group()
        if _empty(word.lower()) and not (word.isupper() and len(word) > 1):
            continue
        is_name = word[0].isupper() and match.start() > 0
        joined = bool(found) and text[found[-1][1] : match.start()].isspace()
        if joined and (word[0].isdigit() or is_name == named):
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
            named = is_name
    return found


def _stance(text: str, body: str, linked: bool) -> Stance:
    words = telling(body)
    bare = not _asks(body)
    if bare and linked and _CONDITION.match(body):
        return Stance.PHRASE
    if _refers(body.rstrip(" ?.!").removesuffix(" ones") if bare else text) or _SUPPOSES.search(text):
        return Stance.REFERS
    if bare:
        return Stance.PHRASE if len(words) <= (LINKED_PHRASE if linked else PHRASE) else Stance.ALONE
    if not words or _ADDS.search(text) or (len(words) == 1 and (linked or not _has_verb(body))):
        return Stance.REFERS
    return Stance.BRIEF if linked or len(words) <= BRIEF else Stance.ALONE


def _asks(body: str) -> bool:
    """Whether it is a whole sentence; a condition alone ("when my brother dies") is none."""
    condition = _CONDITION.match(body)
    whole = condition is None or condition.group(1).lower() in _AUXILIARIES
    rest = body if whole else body.partition(",")[2]
    return any(word in _ASKING or word in _AUXILIARIES for word in _words(rest))


def _has_verb(body: str) -> bool:
    return any(word in _AUXILIARIES for word in _words(body))


def _refers(text: str) -> bool:
    """Whether a word points at something that no earlier clause of the same text names."""
    for clause in _CLAUSE.split(text):
        words = list(_words(clause))
        if any(_points(*around) for around in _neighbours(words)):
            return True
        if telling(clause):
            return False
    return False


def _points(before: str, word: str, after: str) -> bool:
    if word in _POINTING or word in ("same", "former", "latter", "ones"):
        return True
    if word in ("then", "other", "others"):
        return not after
    if word == "there":
        return before not in _AUXILIARIES and after not in _AUXILIARIES
    if word == "one":
        return not after or (after != "of" and after in _FUNCTION)
    if word == "that":  # behind a noun it begins a clause
        return not before or before in _AUXILIARIES | _PREPOSITIONS or not after or after in _PREPOSITIONS
    return word in _DEMONSTRATIVE


def _neighbours(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(["", *words], words, [*words[1:], ""], strict=False)


def _words(text: str) -> Iterator[str]:
    return (match.group().lower() for match in _WORD.finditer(text.replace("’", "'")))


def _empty(word: str) -> bool:
    return word in _FUNCTION or word in _PALE
