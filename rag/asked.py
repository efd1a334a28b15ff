"""A question, read: its words without endings, its figures, and what kind of thing would answer it. Pure."""

import re
from dataclasses import dataclass

_STOP_WORDS = frozenset(
    "a an the of in on at to for from by with as is are was were be been being am do does did done has have had "
    "having and or but if then than that this these those it its he she they them his her their him we our us you "
    "your i me my no not nor so such what which who whom whose when where why how can could will would shall should "
    "may might must there here about into over under between during before after above below up down out off again "
    "further once all any both each few more most other some own same only too very just also many much one name "
    "kind type tell please".split()
)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_]+(?:['’][^\W_]+)?")
_ENDINGS = tuple("ations ation ments ment ings ing ies ers er ed es ly s e y".split())
_NUMBER = re.compile(
    r"\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|"
    r"fifty|sixty|hundred|thousand|million|billion|half|dozen|once|twice|none|zero)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£¥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£¥%]|(?:million|billion|thousand)?\s?(?:euros?|dollars?|pounds?|cents?|francs?|"
    r"yen|eur|usd|gbp|chf)\b)|\b(?:free|no charge)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d{2})s?\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|century|(?:day|week|month|year|hour|minute|quarter)s?)\b|"
    r"\d\s?(?:am|pm|a\.m|p\.m)\b|\d:\d\d",
    re.IGNORECASE,
)
_AMOUNT = re.compile(  # a figure that is neither a year nor the number of a thing, as in "Table 2"
    r"(?<![\w.,/-])(?<!Table )(?<!Item )(?<!Note )(?!(?:19|20)\d\d\b)[$€£¥]?\d[\d.,]*(?![\w/-])|"
    r"\b(?:half|hundred|thousand|million|billion|percent)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=\w[ ,;:(“\"])[A-Z][\w’'-]+")
_MEASURES = "|".join(  # what has an amount
    "totals? sum size height length width depth weight populations? temperature speed distance rates? ratio revenues? "
    "sales income earnings profits? loss(?:es)? budget expenses? salary salaries wages? limit maximum minimum average "
    "balance deposit discount threshold margins? assets liabilities debt cap quota capacity allowance age elevation "
    "density value score turnover worth lifespan frequency dividends? borrowings?".split()
)
_FIGURE = re.compile(r"[^\W_]*\d(?:[^\W_]|[.,:](?=\d))*")
_KINDS = (  # what a question asks for, and what that looks like
    (
        re.compile(
            r"\bhow (?:many|much|often|long|old|far|tall|big|large|high|deep|fast)\b|"
            r"\bwhat (?:percent|percentage|number|amount|share|proportion|fraction)\b",
            re.IGNORECASE,
        ),
        _NUMBER,
    ),
    (
        re.compile(
            r"\bwhat(?:'s| is| are| was| were) (?:(?!(?:of|behind|to|for|the impact)\b)[\w'’&-]+ ){0,6}?"
            rf"(?:{_MEASURES})"
            r"(?= (?:of|in|for|on|per|at|by|to|from|during|as|that|reported|did|under|over|before|after|since|"
            r"between)\b|[?,.]|$)",
            re.IGNORECASE,
        ),
        _AMOUNT,
    ),
    (
        re.compile(
            r"\b(?:costs?|prices?|fees?|rents?|fares?|paid|"
            r"how much (?:\w+ ){0,4}(?:pay|spend|earn|charged?|contribute))\b",
            re.IGNORECASE,
        ),
        _MONEY,
    ),
    (
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:year|month|day|date|century|decade|time)\b|\bdeadline\b|\bhow long\b",
            re.IGNORECASE,
        ),
        _DATE,
    ),
    (
        re.compile(
            r"\b(?:who(?:m|se)?|where)\b|\b(?:what|which) (?:person|company|country|city|team|state|university|"
            r"organi[sz]ation|place)\b",
            re.IGNORECASE,
        ),
        _NAME,
    ),
)
_OPEN = re.compile(
    r"\b(?:why|summari[sz]e|summary of|list (?:all|the)|outline|overview|"
    r"how (?:do|does|did|can|could|should|is|are|was|were|has|have|to)|explain|describe|what happens|"
    r"what (?:is|was) (?:the )?(?:process|procedure|reason|difference|purpose)|"
    r"(?:what|which) (?:(?:is|are|was|were) )?(?:the )?(?:\w+ ){0,2}(?:steps|reasons|differences|rules|requirements|"
    r"conditions|duties|tasks|effects|causes|factors)|what (?:are|were) the|"
    r"what(?:'s| is| are) (?:the|our|your|its) (?:\w+ ){0,3}(?:polic(?:y|ies)|process|procedure|rules)|"
    r"(?:what|which) \w{3,}(?<![siu])s (?:are|were|do|does|did|have|may|can|must|should|will))\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\s*(?:what(?:'s| is| are| happens| about)|tell me|describe|explain|summari[sz]e|list|how (?:does|do|is|are)|"
    r"what (?:do|should|must|can) \w+ (?:need|have|know|do))\b"
)
_ASKING = frozenset(  # words that ask for all there is, and name nothing
    "happen need do work thing know explain describe summarise summarize summary overview outline tell mean list "
    "detail information rule policy policies process procedure guideline guide step have get use go give "
    "important".split()
)
_TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b[qh][1-4]\b|\b(?:first|second|third|fourth) (?:quarter|half)\b", re.IGNORECASE
)
_LATEST = re.compile(
    r"\b(?:latest|newest|most recent)\b|\b(?:last|current) (?:report|version|filing|edition|10-[qk])\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(?:previous|prior|past|earlier)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:compar\w+|differences?|differ|differs|differed|versus|vs|chang(?:e|es|ed)|alter(?:ed|ations?)|evolv(?:e|es|ed)|"
    r"over time|trends?|patterns?|var(?:y|ied)|fluctuat(?:e|es|ed)|"
    r"(?:quarter|year|month) (?:to|over|by) (?:quarter|year|month)|each (?:\w+ )?(?:period|quarter|year)|"
    r"(?:over|across|throughout|during) (?:the|these|those) (?:\w+ )?(?:periods|quarters|years)|"
    r"shift(?:s|ed)?|relative to|in contrast|stack up|"
    r"(?:more|less|fewer|higher|lower|larger|smaller|better|worse|greater|longer|shorter) (?:\w+ ){0,3}than|"
    r"(?:previous|prior|past|earlier|other) (?:quarters|years|versions|reports|periods))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, read."""

    text: str  # without case
    words: frozenset[str]  # stems of what carries its meaning
    figures: frozenset[str]
    kinds: tuple[re.Pattern[str], ...]  # what an answer would hold

    @property
    def wants_much(self) -> bool:
        """Whether a word or a figure can hardly answer it: it asks why or how, or for several things."""
        return _OPEN.search(self.text) is not None

    @property
    def topic(self) -> frozenset[str]:
        """Stems of what it asks to be told about, as in "What happens on the first day?"; none of a fact."""
        if self.kinds or self.figures or self.compares or not (self.wants_much or _ABOUT.match(self.text)):
            return frozenset()
        return self.words - frozenset(map(stem, _ASKING))

    @property
    def compares(self) -> bool:
        """Whether it holds things against each other, or asks what became of one."""
        return _COMPARES.search(self.text) is not None

    @property
    def one_time(self) -> bool:
        """Whether it names a time, be it only the latest, so that it is not about all times."""
        return self.latest or _TIME.search(self.text) is not None

    @property
    def latest(self) -> bool:
        """Whether it is about the latest there is, whenever that was, and nothing before it."""
        names_another = _TIME.search(self.text) or _EARLIER.search(self.text)
        return _LATEST.search(self.text) is not None and not names_another

    @property
    def asks_when(self) -> bool:
        """Whether a date would answer it."""
        return any(looks is _DATE for looks in self.kinds)

    def kind(self, sentence: str) -> float:
        """Whether a sentence holds what is asked for, other than what the question itself names."""
        return sum(
            1.0 if any(found.casefold() not in self.text for found in looks.findall(sentence)) else -1.0
            for looks in self.kinds
        )


def read(text: str) -> Asked:
    """A question of any text; one without words has none."""
    return Asked(
        text=text.casefold(),
        words=content(text),
        figures=figures(text),
        kinds=tuple(looks for asks, looks in _KINDS if asks.search(text)),
    )


def stem(word: str) -> str:
    """A word without its case and its English ending; words of other scripts keep their form.

    A light stemmer after Harman (1991), "How Effective Is Suffixing?".
    """
    bare = word.casefold().removesuffix("'s").removesuffix("’s")
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= 3:
            bare = bare[: -len(ending)]
            break
    return bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] else bare


def stems(text: str) -> frozenset[str]:
    """Every word of a text, stemmed."""
    return frozenset(map(stem, _WORD.findall(text)))


def content(text: str) -> frozenset[str]:
    """The words that carry a text's meaning, stemmed."""
    return frozenset(stem(word) for word in _WORD.findall(text) if word.casefold() not in _STOP_WORDS)


def figures(text: str) -> frozenset[str]:
    """Numbers and codes such as 2,600 and E4."""
    return frozenset(found.casefold().replace(",", "") for found in _FIGURE.findall(text))


def share(words: frozenset[str], there: frozenset[str]) -> float:
    """How much of some words is there; 0 of none."""
    return len(words & there) / len(words) if words else 0.0
