"""What is said to an assistant and hardly ever to a person, in patterns. Pure.

They are written for single blanks, usual letters and any case, and every repetition in them is bounded, so
that no text takes long.
"""

from collections.abc import Iterator
from functools import cache

from ingest.phrases_abroad import abroad
from ingest.phrases_answer import answers
from ingest.sign import AIMED, COMMON, Sign, sign

_NAMES = " ai|a.i.|llm|language model|artificial|chatbot|chat bot|gpt|gemini|copilot|claude"
_ASSISTANT = (
    r"(?:(?:an? |the |any |all |every )?(?:(?:large )?language model|LLM|AI|A\.I\.|artificial intelligence|chat ?bot|"
    r"ChatGPT|GPT-?\d\w*|Gemini|Copilot|Claude)s?"
    r"(?: (?:assistant|(?:language )?model|agent|system|tool|bot|reader|summari[sz]er)s?)?)"
)
_THIS = r"this (?:document|page|text|file|message|e-?mail|article|passage|query|question|request|prompt)"
_READING = (
    r"(?:reading|processing|analy[sz]ing|parsing|summari[sz]ing|evaluating|reviewing|answering|indexing)"
)
_READS = (
    r"(?:reads?|process(?:es)?|analy[sz]es?|parses?|summari[sz]es?|evaluates?|reviews?|answers?|index(?:es)?)"
)
_ORDER = r"(?:^|[.!?:;,]) ?(?:and |then |please )?"  # where an order begins
_TOLD = r"(?:ask(?:s|ed)?|want(?:s|ed)?|request(?:s|ed)?|sa(?:id|ys))"


@cache
def signs() -> tuple[Sign, ...]:
    """All phrasings."""
    found = (
        _dropped(),
        _disclosed(),
        answers(),
        _roles(),
        _calls(),
        _tasks(),
        _templates(),
        _hints(),
        abroad(),
    )
    return tuple(each for group in found for each in group)


def _dropped() -> Iterator[Sign]:
    """To drop what the assistant was told."""
    drop = r"(?:ignore|disregard|forget|override|bypass|stop following|do not follow|don['’]t follow|dismiss)"
    before = r"(?:previous|prior|earlier|preceding|above|initial|original|system|existing|given)"
    nouns = r"(?:instructions?|prompts?|directives?)"
    yield sign(
        "ignore|disregard|forget|override|bypass|following|not follow|t follow|dismiss",
        rf"\b{drop} (?:(?!my |our |their |his |her )\S{{1,40}} ){{0,4}}?{before}\b[\w ,/-]{{0,30}}?\b{nouns}\b"
        r"(?! (?:if|unless|when|where|for|in|on|about|regarding|given|by)\b)",
    )
    yield sign(
        "ignore|disregard|forget|override",
        r"\b(?:ignore|disregard|forget|override) (?:all )?(?:of )?"
        r"(?:your (?:\w{1,20} ){0,3}(?:instructions|prompt|guidelines|rules|training|programming|restrictions)"
        r"|everything (?:above|you (?:were|have been) told)"
        rf"|(?:all|any|the|these|those) (?:\w{{1,20}} )?{nouns} (?:above|before|you (?:were|have|received))(?! if\b))",
    )
    yield sign(
        "the user",
        r"\b(?:ignore|disregard|forget) (?:the user['’]?s (?:\w{1,20} )?(?:question|query|prompt)s?"
        rf"|(?:everything|anything|whatever|what) the user (?:has )?{_TOLD})\b",
    )
    yield sign(
        "your",
        r"\byour (?:previous|prior|earlier|original|initial|old|current) (?:instructions?|prompts?|directives?|rules) "
        r"(?:no longer apply|(?:are|is|were) (?:now )?(?:void|cancell?ed|obsolete|overridden|superseded|replaced))\b",
        weight=AIMED,
    )


def _disclosed() -> Iterator[Sign]:
    """To tell what it was told, or to carry data off."""
    yield sign(
        "prompt|instruction|everything above|words above|text above|context window",
        r"\b(?:reveal|print|output|repeat|display|leak|recite|show)(?: me| us)? (?:all |back |out )?"
        r"(?:(?:your|the) (?:\w{1,20} )?(?:(?:system|hidden|initial|secret) (?:prompt|instructions)"
        r"|original instructions)"
        r"|(?:the (?:full |entire |whole )?contents? of )?your (?:entire |whole |full )?context window)\b"
        r"|\brepeat (?:everything|the words|all the text) above\b",
        prose=True,
    )
    yield sign(
        "http|www.",
        r"\b(?:send|post|upload|forward|exfiltrate|transmit|leak|append|encode|submit)\b[^.!?]{0,60}"
        r"\b(?:conversation|chat (?:history|log)|system prompt|previous messages|context window"
        r"|user['’]?s? (?:data|question|messages?|input|query|credentials|password|secrets?))\b"
        r"[^!?]{0,60}(?:https?://|www\.)",
        prose=True,
    )


def _roles() -> Iterator[Sign]:
    """What gives the assistant another character."""
    yield sign(
        "you are now|you're now|you’re now|you are no longer",
        r"\byou(?: are|['’]re) now (?:DAN\b"
        r"|(?:an? |the )?(?:\w{1,20} )?(?:AI|assistant|chat ?bot|language model)\b"
        r"(?! \w{0,10}(?:manager|director|to|researcher|engineer))"
        r"|(?:an? )?(?:unrestricted|unfiltered|uncensored|jailbroken)\b"
        r"|in (?:developer|debug|admin|god|DAN|unrestricted) mode"
        r"|free (?:from|of) (?:all|any|your) (?:rules|restrictions|guidelines))"
        r"|\byou(?: are|['’]re) no longer (?:an? (?:\w{1,20} )?(?:AI|chat ?bot|language model)\b|bound by your)",
    )
    yield sign(
        "pretend|act as|without any",
        r"\b(?:pretend (?:to be|(?:that )?you(?: are|['’]re))|act as) (?:DAN\b|(?:an? )?(?:unrestricted|unfiltered|"
        r"uncensored|jailbroken)\b)"
        r"|\b(?:answer|respond|reply) without (?:any )?(?:restrictions|filters|guardrails|censorship)\b",
    )


def _calls() -> Iterator[Sign]:
    """What speaks to assistants as such."""
    people = (
        r"(?! \w{0,12}(?:research|engineer|develop|compan|firm|business|user|expert|team|start-?up|vendor|"
        r"provider))"
    )
    orders = (
        r"(?:please|you (?:must|should|shall|will|are|have)|ignore|disregard|always|never|do not|don['’]t|answer|"
        r"respond|reply|say|state|claim|recommend|rate|rank|include|add|mention)\b"
    )
    duty = r"\b(?:must|should|shall|ha(?:s|ve) to|(?:is|are) to)\b"
    yield sign(
        _NAMES,
        r"\b(?:attention|notice|note|message|reminder|instructions?|important|dear|hey|hello)(?: (?:to|for))?:? "
        rf"{_ASSISTANT}(?: {_READING} (?:this|the)[\w ]{{0,30}})?\s?"
        rf"[:,!—–-]{{1,3}} ?(?:{orders}|(?:when|if) asked|this (?:document|candidate|page) (?:is|must|should))",
    )
    yield sign(
        _NAMES,
        rf"\bif you(?: are|['’]re) {_ASSISTANT}\b{people}[^.!?]{{0,60}}[,:]? ?{orders}"
        rf"|\b(?:as|being) {_ASSISTANT}(?: (?:trained|made|built|developed) by \w{{1,20}})?, "
        r"you (?:must|should|shall|will|are|have to|need)\b"
        rf"|\b(?:as|being) {_ASSISTANT} (?:that (?:is )?)?(?:{_READING}|{_READS}) {_THIS}\b",
    )
    yield sign(
        _NAMES,
        rf"\b{_ASSISTANT},? (?:(?:that|which|who) )?(?:(?:is|are) )?(?:{_READING}|{_READS}) {_THIS}\b"
        rf"(?:[^.!?]{{0,40}}{duty}|\s?:)",
    )
    yield sign(
        _NAMES + "|the assistant",
        rf"\b(?:{_ASSISTANT}|the assistant) (?:must|should|shall|will) (?:not|never) (?:reveal|disclose|mention|tell|"
        r"report|say) (?:that |what |(?:the )?(?:contents?|existence) of )?"
        r"this (?:paragraph|text|message|sentence|instruction|note|section|passage)\b",
    )


def _tasks() -> Iterator[Sign]:
    """What gives the assistant another task than its user's."""
    yield sign(
        _NAMES + "|assistant|model|bot",
        r"\b(?:hey|hello|hi|ok|attention|new instructions? (?:for|to)),? (?:the |all )?"
        rf"(?:(?:assistant|model|bot)s?|{_ASSISTANT})[,:]"
        r"|(?:^|[.!?\])>] )(?:assistant|AI|LLM), (?=you\b|your\b|ignore\b|forget\b)",
        weight=AIMED,
    )
    yield sign(
        "your",
        r"\byour (?:new |only |real |true )?(?:task|goal|objective|purpose|mission|role) (?:has (?:now )?changed|"
        r"is now|now is|is no longer)\b",
        weight=AIMED,
    )
    yield sign(
        "the user",
        r"\b(?:do not|don['’]t|never) (?:answer|fulfil+|follow) the user['’]?s (?:\w{1,20} )?(?:question|query|request)"
        rf"|\b(?:whatever|no matter what|regardless of what|anything) the user {_TOLD}\b",
        weight=AIMED,
    )
    yield sign(
        "this |generat|stop summari|stop answer|stop translat",
        rf"\b(?:when|while|before|after) (?:you (?:are )?)?(?:(?:summari[sz]|analy[sz]|process)(?:e|es|ing)?) {_THIS}\b"
        r"|\b(?:when|while|before) (?:you (?:are )?)?generat(?:e|ing) (?:your|the|an?) "
        r"(?:answer|response|reply|output)\b"
        r"|\bstop (?:summari[sz]ing|answering|translating)\b(?! (?:the |your )?(?:phone|calls?|e-?mails?))",
        weight=AIMED,
    )
    yield sign(
        "tool|function",
        r"\b(?:call|invoke|run|execute|use) (?:the |your )?\w{1,20}_\w{1,30} (?:tool|function)\b",
        weight=AIMED,
        prose=True,
    )


def _templates() -> Iterator[Sign]:
    """The marks between the turns of a conversation, as models are given it."""
    yield sign(
        "<|",
        r"<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|start_header_id|end_header_id|eot_id|"
        r"begin_of_text|end_of_turn|endofprompt)\|>",
        prose=True,
    )
    yield sign("inst]|sys>>|_of_turn", r"\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>", prose=True)
    yield sign(
        "system|assistant|developer|admin",
        r"(?:^|[.!?\]>*#-] ?)[\[<(*#]{0,3}(?:system|assistant|developer|admin(?:istrator)?)"
        r"(?: (?:message|prompt|override|note|instructions?|notice|update|alert))?[\])>*]{0,3}\s?:[*\s]{0,3}"
        r"(?:you (?:are now an?|must (?:now|always|never|ignore|answer|respond|reply))|ignore|disregard|from now on|"
        r"new instructions|the assistant (?:must|will))\b",
    )
    for marks in (r"instructions?|system", r"response|assistant"):
        yield sign("###", rf"### ?(?:{marks})\s?:", weight=AIMED, prose=True)


def _hints() -> Iterator[Sign]:
    """What people say to each other too; together with what is aimed at an assistant it is one too many."""
    yield sign(
        "the user|these instructions|this instruction|this message|this prompt|this note",
        r"\b(?:do not|don['’]t|never|without) (?:tell|inform|reveal|mention|disclos|alert|notify|let|warn)(?:e|ing)?\b"
        r"[^.!?]{0,40}\b(?:the user|these instructions|this instruction|this message|this prompt|this note)\b",
        weight=AIMED,
    )
    yield sign(
        _NAMES + "|assistant",
        rf"\b(?:you are|act as|pretend (?:to be|you are)|as|attention|note to) {_ASSISTANT}\b"
        r"|\byou are (?:a|an|the) (?:\w{1,20} ){0,3}assistant\b(?! (?:at|in|to) (?:an?|our|the)\b)",
        weight=AIMED,
    )
    yield sign(
        "asked|asks|queried|prompted",
        r"\b(?:when(?:ever)?|if)(?: (?:you are|anyone|someone|somebody|the user|a user|they|users?))?(?: is| are)? "
        r"(?:asked|asks|ask|queried|prompted)\b[^.!?]{0,90}\b(?:answer|reply|respond|say|state|claim|output|recommend)\b",
        weight=COMMON,
    )
    yield sign(
        "user",
        r"\b(?:tell|inform|advise|assure|convince|before responding to|before answering) the user\b",
        weight=COMMON,
    )
    yield sign(
        "only|nothing|exclusively|obey|instead|letters",
        rf"{_ORDER}(?:respond|reply|answer|output)\b[^.!?]{{0,30}}\b(?:only|exclusively|nothing (?:but|else))\b"
        rf"|{_ORDER}only (?:respond|reply|answer|obey|follow)\b|\byou obey (?:only|nothing but)\b"
        rf"|\binstead,? (?:respond|reply|answer|output|say|print|write)\b|{_ORDER}respond in \w{{1,20}} letters\b",
        weight=COMMON,
    )
    yield sign(
        "always|never|that",
        rf"{_ORDER}(?:always|never) (?:answer|respond|reply|say|state|end|begin|recommend|mention)\b"
        rf"|{_ORDER}(?:say|state|claim|pretend) that\b",
        weight=COMMON,
    )
