"""Numbers written as English words. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_LARGE = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWord:
    """What a word counts."""

    value: Fraction
    multiplies: bool = False  # what goes before it: two hundred
    ordinal: bool = False


def _all() -> Mapping[str, NumberWord]:
    words = {word: NumberWord(value=Fraction(at)) for at, word in enumerate(_ONES)}
    words |= {word: NumberWord(value=Fraction(20 + 10 * at)) for at, word in enumerate(_TENS)}
    words |= {word: NumberWord(value=Fraction(by), multiplies=True) for word, by in _LARGE.items()}
    words |= {
        word: NumberWord(value=Fraction(at), ordinal=True) for at, word in enumerate(_ORDINALS, start=1)
    }
    words["dozen"] = NumberWord(value=Fraction(12), multiplies=True)
    return MappingProxyType(words)


WORDS = _all()


def value(spelled: str) -> Fraction:
    """The value of words such as "two hundred and five". Needs words of WORDS, and "and", alone."""
    total, group = Fraction(0), Fraction(0)
    for word in re.split(r"[\s-]+", spelled.lower()):
        if word == "and":
            continue
        number = WORDS[word]
        if not number.multiplies:
            group += number.value
        elif number.value < 1000:
            group = max(group, Fraction(1)) * number.value
        else:
            total, group = total + max(group, Fraction(1)) * number.value, Fraction(0)
    return total + group
