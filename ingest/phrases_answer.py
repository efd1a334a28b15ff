"""What an assistant is told to do with its answer: to spoil it, or to slip something into it. Pure.

People are told what to write in an answer, too: in exams, forms and calls for bids. So only what nobody asks
a person for counts by itself: letters taken apart, or a cipher. What may also be a teacher's wish weighs less.
"""

from collections.abc import Iterator

from ingest.sign import AIMED, COMMON, ODD, Sign, sign

_WORDS = "answer|response|reply|output|summary"
_ANSWER = r"(?:answer|response|reply|output|summary)"
_PAPERS = (
    r"(?:letter|form|sheet|folder|box|card|envelope|file|document|package|team|time|rate|key|book)(?:e?s)?"
)
_YOUR = rf"your (?:\w{{1,20}} )?{_ANSWER}s?\b(?! {_PAPERS}\b)"
_TIED = r"(?:(?!\b(?:and|before|after|then|when|if)\b)[^.!?;])"  # a letter of one clause
_CIPHER = (
    r"(?:base ?(?:32|58|64|85)|morse|rot-?13|caesar (?:cipher|shift)|(?:vigen[eè]re|substitution) cipher|"
    r"pig latin|leet ?speak)"
)
_ODDITY = (
    rf"(?:{_CIPHER}|vowels?|anagram\w*|typos|misspell\w*|alphanumeric|(?:homophonic|symbol|letter) substitution|"
    r"backwards|upside down)"
)
_VERB = (
    r"(?:replace|convert|misspell|scramble|jumble|rearrange|anagram|substitute|swap|render|encode|encrypt|"
    r"reverse|use|group|introduce|provide|write|spell|give|put|translate)"
)
_LETTERS = r"(?:letters?|vowels?|consonants?)"
_URL = r"(?:https?://|www\.|\b[\w-]{2,30}\.(?:com|net|org|io|xyz|info|biz|app|shop|example)\b)"


def answers() -> Iterator[Sign]:
    """All of them."""
    yield from _garbled()
    yield from _taken_apart()
    yield from _changed()
    yield from _slipped_in()


def _garbled() -> Iterator[Sign]:
    """Ciphers and slips of spelling."""
    yield sign(
        _WORDS,
        rf"\b{_VERB}\b{_TIED}{{0,60}}\b{_ODDITY}\b{_TIED}{{0,40}}\b{_YOUR}"
        rf"|\b{_VERB}\b{_TIED}{{0,20}}\b{_YOUR}{_TIED}{{0,40}}\b{_ODDITY}\b",
    )
    yield sign(
        "message",
        r"\b(?:misspell|scramble|jumble|anagram)\b[^.!?]{0,60}\byour message\b"
        r"|\byour message\b[^.!?]{0,40}\b(?:anagram\w*|homophonic|alphanumeric substitution)\b",
    )
    yield sign(
        "respond|reply|answer",
        rf"\b(?:respond|reply|answer) (?:only |solely |exclusively )?(?:in|with|using) (?:\w{{1,20}} )?"
        rf"(?:{_CIPHER}|anagrams|reversed (?:letters|text|words))\b",
    )


def _taken_apart() -> Iterator[Sign]:
    """Letters, words and the blanks between them."""
    yield sign(
        _WORDS,
        r"\b(?:replace|misspell|scramble|jumble|rearrange|anagram|substitute|swap|shift|encode|reverse)\b"
        rf"{_TIED}{{0,40}}\b(?:{_LETTERS}|words?|spaces)\b{_TIED}{{0,40}}\b{_YOUR}",
    )
    yield sign(
        _WORDS,
        rf"\b(?:group|cluster|combine|merge|concatenate) (?:all |the |all the )?(?:{_LETTERS}|words) (?:of|in|from) "
        rf"(?:words (?:of|in) )?{_YOUR}"
        rf"|\buse\b[^.!?]{{0,40}}\b(?:symbols?|numbers|digits|emojis?) (?:for|instead of|in place of) "
        rf"(?:all |the )?(?:{_LETTERS}|words)\b[^.!?]{{0,20}}\b{_YOUR}",
    )
    yield sign(
        _WORDS,
        r"\b(?:remove|drop|strip|delete|omit) (?:all |the |any )?(?:spaces|punctuation|letters|vowels) (?:from|in|of) "
        rf"(?!your answer){_YOUR}"
        r"|\b(?:provide|give|write|render|print|return) your (?:response|reply|output|summary) without (?:any )?"
        r"(?:spaces|punctuation|vowels|blanks)\b",
    )


def _changed() -> Iterator[Sign]:
    """To change what the answer would have been."""
    yield sign(
        _WORDS,
        rf"\b(?:modify|augment|enhance|alter|manipulate) (?:the rest of )?your {_ANSWER} (?:to|by|with)\b",
    )
    yield sign(
        "from now on|henceforth|remainder|the rest of",
        r"\b(?:from now on|henceforth),? (?:every|all|each of|in (?:all|every)|end|start|begin)\b[^.!?]{0,40}"
        rf"\b{_YOUR}"
        r"|\bfor the (?:remainder|rest) of (?:this|the|our) (?:conversation|chat|session|dialogue),? (?:you (?:are|"
        r"will|must) )?(?:respond|reply|answer|act|speak|talk|write|pretend|ignore)\b",
    )
    yield sign(
        "your",
        rf"\b(?:in|to|of|into|end|begin|start|finish|conclude|prefix) (?:all |every )?(?:of )?{_YOUR}"
        rf"|\b{_YOUR} (?:must|should|shall) (?:not|never|only|always)\b",
        weight=COMMON,
    )


def _slipped_in() -> Iterator[Sign]:
    """What the answer's readers shall find in it."""
    into = rf"\b(?:in|into|to|within|at the (?:end|start|beginning|top|bottom) of) {_YOUR}"
    adds = r"\b(?:add|append|prepend|include|insert|integrate|incorporate|weave|slip|sneak|embed|blend)\b"
    yield sign(
        _WORDS,
        rf"{adds} (?:[\"“][^\"“”]{{20,300}}[\"”]|the (?:following|words?|text|sentence|phrase|link):? "
        rf"(?:sentence|text|link|line|phrase|words|paragraph))[^!?]{{0,60}}?{into}",
        weight=AIMED,
    )
    yield sign(
        _WORDS,
        rf"\b(?:integrate|weave|slip|sneak|smuggle|embed|blend)\b[^!?]{{0,120}}?{into}",
        weight=ODD,
    )
    yield sign(
        _WORDS,
        rf"{adds} an? (?:[\w-]{{1,20}} ){{0,2}}(?:sentence|statement|reminder|tip|hint|headline|reason|appeal|"
        rf"slogan|advert\w*|promotion|plug|endorsement|rumou?r|claim|joke|offer|mention|recommendation)\b[^!?]{{0,120}}?{into}",
        weight=COMMON,
    )
    yield sign(
        _WORDS,
        rf"{into}[^!?]{{0,30}}?\b(?:(?:suggest|encourag|urg|persuad|convinc|invit)(?:e|ing)? (?:the |that )?"
        r"(?:users?|readers?|viewers?|people|everyone)|for (?:users|readers|viewers|people) to)\b",
        weight=ODD,
    )
    yield sign(
        "http|www.|.com|.net|.org|.io|.xyz|.info|.biz|.app|.shop|.example",
        rf"\b(?:add|include|insert|integrate|suggest|recommend|tell|instruct|direct|promote|link|linking)\b"
        rf"[^!?]{{0,80}}{_URL}",
        weight=COMMON,
    )
