"""Whether two texts say the same words, as question answering is scored. Pure.

SQuAD's normalisation and F1 (Rajpurkar et al. 2016), widened as in MLQA (Lewis et al. 2020): punctuation is
Unicode's, and each ideograph and kana is a word.
"""

import re
import string
import unicodedata
from collections import Counter

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_IDEOGRAPH = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")


def words(text: str) -> list[str]:
    """The text in lower case, without punctuation and English articles, split at blanks."""
    kept = "".join(char for char in text.lower() if not _is_punctuation(char))
    return _IDEOGRAPH.sub(r" \1 ", _ARTICLES.sub(" ", kept)).split()


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")


def exact_match(answer: str, gold: str) -> float:
    """1 if both are the same words."""
    return float(words(answer) == words(gold))


def token_f1(answer: str, gold: str) -> float:
    """Harmonic mean of the shares of each other's words, counted as bags."""
    said, right = words(answer), words(gold)
    if not said or not right:
        return float(said == right)
    return 2 * (Counter(said) & Counter(right)).total() / (len(said) + len(right))


def contains(answer: str, gold: str) -> float:
    """1 if the gold's words stand side by side in the answer; whole words, so 15 does not hold 5."""
    right = words(gold)
    return float(bool(right) and f" {' '.join(right)} " in f" {' '.join(words(answer))} ")
