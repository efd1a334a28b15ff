"""What is said to an assistant and hardly ever to a person, in patterns. Pure.

They are written for single blanks, usual letters and any case, and every repetition in them is bounded, so
that no text takes long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ingest.phrases_abroad import ABROAD

ENOUGH = 4  # weight from which what stands in one paragraph is taken for an instruction to the assistant
_AIMED, _COMMON = 3, 1  # said about an assistant's users or name; said between people every day

_NAMES = " ai|a.i.|llm|language model|artificial|chatbot|chat bot|gpt|gemini|copilot|claude"
_ASSISTANT = (
    r"(?:(?:an? |the |any |all )?(?:(?:large )?language model|LLM|AI|A\.I\.|artificial intelligence|"
    r"chat ?bot|"
    r"ChatGPT|GPT-?\d\w*|Gemini|Copilot|Claude)s?(?: (?:assistant|(?:language )?model|agent|system|tool|"
    r"bot|reader)s?)?)"
)
_ANSWER = r"(?:answer|response|reply|output|summary)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A phrasing, and words of which one is in every text that has it, in lower case."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    weight: int = ENOUGH
    prose: bool = False  # whether it means nothing in code


def _sign(words: str, pattern: str, *, weight: int = ENOUGH, prose: bool = False) -> Sign:
    compiled = re.compile(pattern, re.IGNORECASE)
    return Sign(words=tuple(words.split("|")), pattern=compiled, weight=weight, prose=prose)


@cache
def signs() -> tuple[Sign, ...]:
    """All phrasings."""
    return (*_orders(), *_garbling(), *_roles(), *_names(), *_templates(), *_hints(), *_abroad())


def _orders() -> Iterator[Sign]:
    """To drop what the assistant was told, to tell it, or to carry data off."""
    drop = r"(?:ignore|disregard|forget|override|bypass|stop following|do not follow|don['’]t follow|dismiss)"
    nouns = r"(?:instructions?|prompts?|directives?)"
    yield _sign(
        "ignore|disregard|forget|override|bypass|following|not follow|t follow|dismiss",
        rf"\b{drop} (?:(?!my |our |their |his |her )\S{{1,40}} ){{0,4}}?(?:previous|prior|earlier|"
        rf"preceding|above|"
        rf"initial|original|system|existing|given)\b[\w ,/-]{{0,30}}?\b{nouns}\b"
        r"(?! (?:if|unless|when|where|for|in|on|about|regarding|given|by)\b)",
    )
    yield _sign(
        "ignore|disregard|forget|override",
        r"\b(?:ignore|disregard|forget|"
        r"override) (?:all )?(?:of )?(?:your (?:\w{1,20} ){0,3}(?:instructions|prompt|"
        r"guidelines|rules|training|programming|restrictions)|everything (?:above|you (?:were|"
        r"have been) told)|"
        rf"(?:all|any|the|these|those) (?:\w{{1,20}} )?{nouns} (?:above|before|you (?:were|have|"
        rf"received))(?! if\b))",
    )
    yield _sign(
        "prompt|instruction|everything above|words above|text above",
        r"\b(?:reveal|print|output|repeat|display|leak|recite|show)(?: me| us)? (?:all |back )?(?:your|the) "
        r"(?:\w{1,20} )?(?:(?:system|hidden|initial|secret) (?:prompt|instructions)|original instructions)\b"
        r"|\brepeat (?:everything|the words|all the text) above\b",
        prose=True,
    )
    yield _sign(
        "http|www.",
        r"\b(?:send|post|upload|forward|exfiltrate|transmit|leak|append|encode|"
        r"submit)\b[^.!?]{0,60}\b(?:conversation|"
        r"chat (?:history|log)|system prompt|previous messages|context window|user['’]?s? (?:data|"
        r"question|messages?|"
        r"input|query|credentials|password|secrets?))\b[^!?]{0,60}(?:https?://|www\.)",
        prose=True,
    )


def _garbling() -> Iterator[Sign]:
    """To spoil the answer, or to change it."""
    words = "answer|response|reply|output|summary"
    verbs = (
        r"(?:replace|convert|misspell|scramble|jumble|rearrange|anagram|substitute|render|encode|"
        r"reverse|use|group|"
        r"introduce|provide|write|give|put)"
    )
    oddities = (
        r"(?:vowels?|anagram\w*|typos|misspell\w*|alphanumeric|base64|morse|rot13|caesar cipher|backwards)"
    )
    yield _sign(
        words,
        rf"\b{verbs}\b[^.!?]{{0,60}}\b{oddities}\b[^.!?]{{0,40}}\byour (?:\w{{1,20}} )?{_ANSWER}\b"
        rf"|\b{verbs}\b[^.!?]{{0,20}}\byour (?:\w{{1,20}} )?{_ANSWER}\b[^.!?]{{0,40}}\b{oddities}\b",
    )
    yield _sign(
        words,
        r"\b(?:replace|misspell|scramble|jumble|rearrange|anagram|substitute|encode|"
        r"reverse)\b[^.!?]{0,40}\b(?:letters?|"
        rf"words?|spaces)\b[^.!?]{{0,40}}\byour (?:\w{{1,20}} )?{_ANSWER}\b",
    )
    yield _sign(
        words,
        rf"\b(?:modify|augment|enhance|alter|manipulate) (?:the rest of )?your {_ANSWER} (?:to|by|with)\b",
    )


def _roles() -> Iterator[Sign]:
    """What gives the assistant another character."""
    yield _sign(
        "you are now|you're now|you’re now|you are no longer",
        r"\byou(?: are|['’]re) now (?:DAN\b|(?:an? |the )?(?:\w{1,20} )?(?:AI|assistant|chat ?bot|"
        r"language model)\b"
        r"(?! \w{0,10}(?:manager|director|to|researcher|engineer))|(?:an? )?(?:unrestricted|unfiltered|"
        r"uncensored|"
        r"jailbroken)\b|in (?:developer|debug|admin|god|DAN|unrestricted) mode|free (?:from|of) (?:all|"
        r"any|your) "
        r"(?:rules|restrictions|guidelines))"
        r"|\byou(?: are|['’]re) no longer (?:an? (?:\w{1,20} )?(?:AI|chat ?bot|language model)\b|"
        r"bound by your)",
    )
    yield _sign(
        "from now on",
        rf"\bfrom now on,? (?:every|all|each of|in (?:all|every)|end|start|"
        rf"begin)\b[^.!?]{{0,40}}\byour {_ANSWER}s?\b",
    )


def _names() -> Iterator[Sign]:
    """What speaks to assistants as such."""
    people = (
        r"(?! \w{0,12}(?:research|engineer|develop|compan|firm|business|user|expert|team|start-?up|"
        r"vendor|provider))"
    )
    orders = (
        r"(?:please|you (?:must|should|shall|will|are|have)|ignore|disregard|always|never|do not|"
        r"don['’]t|answer|respond|"
        r"reply|say|state|claim|recommend|rate|rank|include|add|mention)\b"
    )
    yield _sign(
        _NAMES,
        rf"\b(?:attention|notice|note|message|reminder|instructions?|important|dear|hey|hello)(?: (?:to|"
        rf"for))?:? {_ASSISTANT}"
        r"(?: (?:reading|processing|analy[sz]ing|summari[sz]ing|evaluating|reviewing) (?:this|"
        r"the)[\w ]{0,30})?\s?"
        rf"[:,!—–-]{{1,3}} ?(?:{orders}|when asked|if asked|this (?:document|candidate|page) (?:is|must|"
        rf"should))",
    )
    yield _sign(
        _NAMES,
        rf"\bif you(?: are|['’]re) {_ASSISTANT}\b{people}[^.!?]{{0,60}}[,:]? ?{orders}"
        rf"|\b(?:as|being) {_ASSISTANT}(?: (?:trained|made|built|"
        rf"developed) by \w{{1,20}})?, you (?:must|should|shall|"
        r"will|are|have to|need)\b"
        rf"|\b(?:any|all|every) {_ASSISTANT} (?:that (?:is |are )?)?(?:reading|reads?|processing|processes|"
        r"summari[sz]ing|parsing) this (?:document|page|text|file|message|"
        r"e-?mail)\b[^.!?]{0,40}\b(?:must|should|shall)\b",
    )


def _templates() -> Iterator[Sign]:
    """The marks between the turns of a conversation, as models are given it."""
    yield _sign(
        "<|",
        r"<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|start_header_id|end_header_id|eot_id|"
        r"begin_of_text|end_of_turn|endofprompt)\|>",
        prose=True,
    )
    yield _sign("inst]|sys>>|_of_turn", r"\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>", prose=True)
    yield _sign(
        "system|assistant|developer|admin",
        r"(?:^|[.!?\]>*#-] ?)[\[<(*#]{0,3}(?:system|assistant|developer|"
        r"admin(?:istrator)?)(?: (?:message|prompt|override|"
        r"note|instructions?|notice|update|alert))?[\])>*]{0,3}\s?:[*\s]{0,3}(?:you (?:are now an?|"
        r"must (?:now|always|never|"
        r"ignore|answer|respond|reply))|ignore|disregard|from now on|new instructions|"
        r"the assistant (?:must|will))\b",
    )


def _hints() -> Iterator[Sign]:
    """What people say to each other too; together with what is aimed at an assistant it is one too many."""
    yield _sign(
        "the user|these instructions|this instruction|this message|this prompt|this note",
        r"\b(?:do not|don['’]t|never|without) (?:tell|inform|reveal|mention|disclos|alert|notify|let|"
        r"warn)(?:e|ing)?\b"
        r"[^.!?]{0,40}\b(?:the user|these instructions|this instruction|this message|this prompt|"
        r"this note)\b",
        weight=_AIMED,
    )
    yield _sign(
        _NAMES + "|assistant",
        rf"\b(?:you are|act as|pretend (?:to be|you are)|as|attention|note to) {_ASSISTANT}\b"
        r"|\byou are (?:a|an|the) (?:\w{1,20} ){0,3}assistant\b",
        weight=_AIMED,
    )
    yield _sign(
        "asked|asks|queried|prompted",
        r"\b(?:when(?:ever)?|if)(?: (?:you are|anyone|someone|somebody|the user|a user|they|"
        r"users?))?(?: is| are)? "
        r"(?:asked|asks|ask|queried|prompted)\b[^.!?]{0,90}\b(?:answer|reply|respond|say|state|claim|"
        r"output|recommend)\b",
        weight=_COMMON,
    )
    yield _sign(
        "your",
        rf"\b(?:in|to|of|into|end|begin|start|finish|conclude|prefix) (?:all |"
        rf"every )?(?:of )?your (?:\w{{1,20}} )?"
        rf"{_ANSWER}s?\b",
        weight=_COMMON,
    )
    yield _sign(
        "http|www.",
        r"\b(?:add|include|insert|suggest|recommend|tell|instruct|direct|link|"
        r"linking)\b[^!?]{0,80}(?:https?://|www\.)",
        weight=_COMMON,
    )


def _abroad() -> Iterator[Sign]:
    """To ignore what was said before, in other languages."""
    return (_sign(words, pattern) for words, pattern in ABROAD)
