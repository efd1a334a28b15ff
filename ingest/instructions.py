"""Sentences that look as if they were written for the assistant and not for a reader. Heuristic, and pure.

Precision comes first: a document in which one is found is kept back until somebody has looked at it. So a
sentence counts only if it orders what nobody orders a person ("ignore all previous instructions"), or if
two of the phrasings that also occur between people meet in one paragraph. Who quotes such a sentence, or
writes about attacks in the same breath, is taken to discuss it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rag.sentences import split
from rag.types import BlockKind, Page

_LONGEST = 300  # characters of a sentence that are shown
_ASSISTANT = (
    r"(?:(?:an? |the |any |all )?(?:(?:large )?language model|LLM|AI|A\.I\.|artificial intelligence|chat ?bot|"
    r"ChatGPT|GPT-?\d\w*|Gemini|Copilot|Claude)s?(?: (?:assistant|model|agent|system|tool|bot|reader)s?)?)"
)
_ANSWER = r"(?:answer|response|reply|output|summary)"
_BLANKS = re.compile(r"\s+")
_QUOTED = re.compile(
    r"[\"“”„«»「『][^\"“”„«»「」『』]{1,400}[\"“”«»」』]|(?<!\w)['‘‚`][^'‘’`]{8,400}['’`](?!\w)"
)
_SPARED = re.compile(
    r"\b(?:can(?:not)?|could|may|might|would|will|not|n['’]t|never|they|who|which|that|users?|people|employees|"
    r"attackers?|often|nicht|kann|können|kein\w*) (?:\w+ly )?$",
    re.IGNORECASE,
)
_DISCUSSED = re.compile(
    r"\b(?:attack\w*|inject\w*|jailbreak\w*|adversar\w+|malicious\w*|hackers?|for example|for instance|e\.g\.|"
    r"such as|tries to|try to|trying to|tricks?|tricked|tricking|phrases?|wrote|writes|said|says|told|asked it|"
    r"Angriff\w*|Angreifer\w*|zum Beispiel|attaque\w*|par exemple|ataque\w*|por ejemplo)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """A phrasing, and words of which one is in every text that has it."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    enough: bool = True  # whether it tells by itself; else another must stand beside it
    prose: bool = False  # whether it means nothing in code


def instructions(page: Page) -> Iterator[str]:
    """Sentences of a page that look as if they addressed the assistant, in order and tidied."""
    signs = _known(page.text)
    if not signs:
        return
    for text, kind in _blocks(page):
        if _known(text):
            yield from _in_block(_plain(text), kind, signs)


def _blocks(page: Page) -> Iterator[tuple[str, BlockKind]]:
    if not page.blocks:
        yield page.text, BlockKind.PARAGRAPH
    for block in page.blocks:
        yield page.text[block.start : block.end], block.kind


def _known(text: str) -> list[_Sign]:
    """The signs of which the text has a word."""
    lowered = unicodedata.normalize("NFKC", text).lower()
    return [sign for sign in _signs() if any(word in lowered for word in sign.words)]


def _plain(text: str) -> str:
    """In usual letters (fullwidth and mathematical ones made plain), with single blanks."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def _in_block(text: str, kind: BlockKind, signs: list[_Sign]) -> Iterator[str]:
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    spans = [(start, end) for start, end in split(text)]
    found = [
        (sign, span)
        for sign in signs
        if not (sign.prose and kind is BlockKind.CODE)
        for match in sign.pattern.finditer(text)
        if (span := _ordered(text, match, spans, quoted)) is not None
    ]
    if any(sign.enough for sign, _ in found) or len({sign.pattern for sign, _ in found}) > 1:
        for start, end in sorted({span for _, span in found}):
            yield text[start : min(end, start + _LONGEST)]


def _ordered(
    text: str, match: re.Match[str], spans: list[tuple[int, int]], quoted: list[tuple[int, int]]
) -> tuple[int, int] | None:
    """The sentence of a match; None where the words are quoted, discussed, or said of somebody."""
    if any(start <= match.start() and match.end() <= end for start, end in quoted):
        return None
    if _SPARED.search(text, max(0, match.start() - 24), match.start()):
        return None
    sentence = next(
        (span for span in spans if span[0] <= match.start() < span[1]), (match.start(), match.end())
    )
    return None if _DISCUSSED.search(text, *sentence) else sentence


def _sign(words: str, pattern: str, *, enough: bool = True, prose: bool = False) -> _Sign:
    compiled = re.compile(pattern, re.IGNORECASE)
    return _Sign(words=tuple(words.split("|")), pattern=compiled, enough=enough, prose=prose)


@cache
def _signs() -> tuple[_Sign, ...]:
    return (*_orders(), *_roles(), *_templates(), *_hints(), *_abroad())


def _orders() -> Iterator[_Sign]:
    """To drop what the assistant was told, to tell it, or to garble its answer."""
    nouns = r"(?:instructions?|prompts?|directives?|commands?)"
    yield _sign(
        "instruction|prompt|directive|command",
        r"\b(?:ignore|disregard|forget|override|bypass|stop following|do not follow|don['’]t follow|dismiss)\b"
        r" (?:(?!my |our |their |his |her )\S+ ){0,4}?(?:previous|prior|earlier|preceding|above|initial|original|"
        rf"system|existing|given)\b[\w ,/-]{{0,30}}?\b{nouns}\b(?! (?:if|unless|when|where|for|in|on|about)\b)",
    )
    yield _sign(
        "instruction|prompt|guideline|rule|everything|training|restriction",
        r"\b(?:ignore|disregard|forget|override) (?:all )?(?:(?:of )?your (?:\w+ ){0,3}(?:instructions|prompt|guidelines|"
        r"rules|training|programming|restrictions)|everything (?:above|you (?:were|have been) told)|"
        rf"(?:all|any|the|these|those) (?:\w+ )?{nouns} (?:above|before|you (?:were|have been|received)))",
    )
    yield _sign(
        "prompt|instruction",
        r"\b(?:reveal|print|output|repeat|display|leak|recite|show)(?: me| us)? (?:all |back )?(?:your|the) "
        r"(?:\w+ )?(?:(?:system|hidden|initial|secret) (?:prompt|instructions|message)|original instructions)\b"
        r"|\brepeat (?:everything|the words|all the text) above\b",
        prose=True,
    )
    yield _sign(
        "answer|response|reply|output|summary",
        r"\b(?:replace|convert|misspell|scramble|jumble|rearrange|anagram|substitute|render|encode|reverse|translate|"
        r"capitali[sz]e|remove|use|group|combine|introduce|provide|write)\b[^.!?]{0,60}\b(?:letters?|vowels?|spaces|"
        r"anagram\w*|typos|misspell\w*|substitution|base64|morse|rot13|caesar|backwards|keywords|symbols|every \w+ "
        rf"word)\b[^.!?]{{0,60}}\b(?:your|the|its) (?:\w+ )?{_ANSWER}\b"
        rf"|\b(?:replace|misspell|scramble|jumble|anagram|provide|group)\b[^.!?]{{0,60}}\byour {_ANSWER}(?:'s)?\b[^.!?]{{0,40}}"
        r"\b(?:letters|vowels|anagram\w*|misspell\w*|substitution|without any spaces|symbols)\b",
    )
    yield _sign(
        "your", rf"\b(?:modify|augment|enhance|alter|manipulate) (?:the rest of )?your (?:\w+ )?{_ANSWER}\b"
    )
    yield _sign(
        "http|www.",
        r"\b(?:send|post|upload|forward|exfiltrate|transmit|leak|append|encode|submit)\b[^.!?]{0,60}\b(?:conversation|"
        r"chat (?:history|log)|system prompt|previous messages|context window|user['’]?s? (?:data|question|messages?|"
        r"input|query|credentials|password|secrets?))\b[^!?]{0,60}(?:https?://|www\.)",
        prose=True,
    )


def _roles() -> Iterator[_Sign]:
    """What speaks to an assistant by name, or gives it another character."""
    people = r"(?! \w*(?:researcher|engineer|developer|compan|user|expert|team|startup|vendor|provider|enthusiast))"
    yield _sign(
        "you are now|you're now|you are no longer|from now on",
        r"\byou(?: are|['’]re) now (?:DAN\b|(?:an? |the )?(?:\w+ )?(?:AI|assistant|chat ?bot|language model|unrestricted|"
        r"unfiltered|uncensored|jailbroken)\b|in (?:\w+ )?(?:developer|debug|admin|god|DAN|unrestricted|maintenance) "
        r"mode|free (?:from|of) (?:all|any|your) (?:rules|restrictions|guidelines))"
        r"|\byou(?: are|['’]re) no longer (?:an? (?:\w+ )?(?:AI|assistant|chat ?bot|language model)\b|bound by|restricted)"
        rf"|\bfrom now on,? (?:every|all|each of|in (?:all|every)|end|start|begin)\b[^.!?]{{0,40}}\byour {_ANSWER}s?\b",
    )
    yield _sign(
        "ai|llm|language model|bot|gpt|gemini|copilot|claude|a.i.",
        rf"\b(?:attention|notice|note|message|reminder|instructions?|important|dear|hey|hello|to)(?: (?:to|for))?:? {_ASSISTANT}"
        r"(?: (?:reading|processing|analy[sz]ing|summari[sz]ing|evaluating|reviewing) (?:this|the)[\w ]{0,30})?\s?"
        r"[:,!—–-]+ ?(?:please |you (?:must|should|shall|will|are|have)\b|ignore|disregard|always|never|do not|don['’]t|when|"
        r"if (?:you|asked)|answer|respond|reply|say|state|recommend|rate|rank|include|add|the following|this (?:document|"
        r"candidate|page))",
    )
    yield _sign(
        "ai|llm|language model|bot|gpt|gemini|copilot|claude|a.i.",
        rf"\bif you(?: are|['’]re) {_ASSISTANT}\b{people}[^.!?]{{0,60}}[,:]? ?(?:please|you (?:must|should|shall|will|are)|"
        r"ignore|disregard|always|never|do not|answer|respond|reply|say|state|recommend|rate|include|add|mention)\b"
        rf"|\b(?:as|being) {_ASSISTANT}(?: \w+){{0,3}}, you (?:must|should|shall|will|are|have to|need)\b"
        rf"|\b(?:any|all|the|every) {_ASSISTANT} (?:that (?:is |are )?)?(?:reading|reads?|processing|processes|summari[sz]ing|"
        r"parsing) this (?:document|page|text|file|message|e-?mail)\b[^.!?]{0,40}\b(?:must|should|shall|has to|have to)\b",
    )


def _templates() -> Iterator[_Sign]:
    """The marks between the turns of a conversation, as models are given it."""
    yield _sign(
        "<|",
        r"<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|start_header_id|end_header_id|eot_id|"
        r"begin_of_text|end_of_turn|endofprompt)\|>",
        prose=True,
    )
    yield _sign("inst]|<<sys|_of_turn", r"\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>", prose=True)
    yield _sign(
        "system|assistant|developer|admin",
        r"(?:^|[.!?\]>*#-] ?)[\[<(*#]{0,3}(?:system|assistant|developer|admin(?:istrator)?)(?: (?:message|prompt|override|"
        r"note|instructions?|notice|update|alert))?[\])>*]{0,3}\s?:[*\s]{0,3}(?:you (?:are now|must (?:now|always|never|"
        r"ignore|answer|respond|reply))|ignore|disregard|from now on|new instructions|override|the assistant (?:must|will))",
    )


def _hints() -> Iterator[_Sign]:
    """What people also say to each other; two kinds of them in one paragraph are one too many."""
    yield _sign(
        "tell|inform|reveal|mention|disclose|alert|notify",
        r"\b(?:do not|don['’]t|never|without) (?:tell|inform|reveal|mention|disclos|alert|notify|let|warn)(?:e|ing)?\b"
        r"[^.!?]{0,40}\b(?:the user|these instructions|this instruction|this message|this prompt|this note)\b",
        enough=False,
    )
    yield _sign(
        "asked|asks|queried|prompted",
        r"\b(?:when(?:ever)?|if)(?: (?:you are|anyone|someone|somebody|the user|a user|they|users?))?(?: is| are)? "
        r"(?:asked|asks|ask|queried|prompted)\b[^.!?]{0,90}\b(?:answer|reply|respond|say|state|claim|output|recommend)\b",
        enough=False,
    )
    yield _sign(
        "your",
        rf"\b(?:in|to|of|into|end|begin|start|finish|conclude|prefix) (?:all |every )?(?:of )?your (?:\w+ )?{_ANSWER}s?\b",
        enough=False,
    )
    yield _sign(
        "ai|language model|assistant|llm",
        rf"\b(?:you are|act as|pretend (?:to be|you are)|as) {_ASSISTANT}\b|\byou are (?:a|an|the) (?:\w+ ){{0,3}}assistant\b",
        enough=False,
    )
    yield _sign(
        "http|www.|.com|.xyz|.net|.org",
        r"\b(?:add|include|insert|integrate|append|suggest|recommend|tell|instruct|direct|link|linking|pointing|"
        r"directing)\b[^!?]{0,80}(?:https?://|www\.)\S+[^!?]{0,60}\b(?:users?|readers?|your)\b",
        enough=False,
    )
    yield _sign(
        "user",
        r"\b(?:suggest|tell|instruct|urge|encourage|advise|convince|persuade|invite) (?:the |all )?(?:users?|reader) "
        r"(?:to |that |install|join|click|visit|download)",
        enough=False,
    )


def _abroad() -> Iterator[_Sign]:
    """To ignore what was said before, in other languages."""
    yield _sign(
        "anweisung|instruktion|befehl|vorgabe|prompt",
        r"\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*|beachte nicht)\b[\w ,]{0,30}\b(?:vorherig\w+|bisherig\w+|"
        r"vorangegangen\w+|vorig\w+|obig\w+|früher\w+|vorstehend\w+|deine|ihre)\b[\w ,]{0,20}\b(?:anweisung|instruktion|"
        r"befehl|vorgabe|prompt|systemprompt)\w*"
        r"|\balle (?:vorherigen|bisherigen|obigen) (?:anweisungen|instruktionen|befehle) (?:ignorieren|vergessen)",
    )
    yield _sign(
        "instruction|consigne|directive",
        r"\b(?:ignore[rz]?|oublie[rz]?|ne tiens pas compte|ne tenez pas compte)\b[\w ,'’]{0,30}\b(?:instructions|consignes|"
        r"directives) (?:précédentes|antérieures|ci-dessus|initiales|données)|\b(?:ignore[rz]?|oublie[rz]?) toutes (?:les|tes|"
        r"vos) (?:instructions|consignes)",
    )
    yield _sign(
        "instruc|indicaciones|órdenes|istruzioni|orientações",
        r"\b(?:ignor[aei]\w*|olvid[ae]\w*|descarta|haz caso omiso de|dimentica\w*|trascura\w*|esqueça|esquece|desconsidere)\b"
        r"[\w ,]{0,30}\b(?:instrucciones|indicaciones|órdenes|istruzioni|instruções|orientações)\b[\w ,]{0,15}?\b(?:anteriores"
        r"|previas|precedentes|precedenti|sopra|acima|prévias)\b"
        r"|\bignor\w+[\w ,]{0,20}(?:anteriores instrucciones|precedenti istruzioni|anteriores instruções)",
    )
    yield _sign(
        "instructies|opdrachten|aanwijzingen|instrukcje|polecenia|instrukcji|poleceń|talimat|komut|yönerge",
        r"\b(?:negeer|vergeet)\b[\w ,]{0,20}\b(?:vorige|eerdere|voorgaande|bovenstaande)\b[\w ,]{0,15}(?:instructies|opdrachten"
        r"|aanwijzingen)|\b(?:z?ignoruj\w*|zapomnij\w*)\b[\w ,]{0,20}(?:poprzedni|wcześniejsz|powyższ)\w+[\w ,]{0,10}(?:instruk|"
        r"polece)\w+|\bönceki\b[\w ,]{0,15}(?:talimat|komut|yönerge)\w*[\w ,]{0,10}(?:yok say|görmezden gel|unut)",
    )
    yield _sign(
        "инструкц|указани|команд",
        r"\b(?:проигнорируй|игнорируй|забудь)(?:те)?\b[\w ,]{0,20}(?:предыдущ|прежн|вышеуказанн|предшествующ)\w+[\w ,]{0,10}"
        r"(?:инструкци|указани|команд)\w+",
    )
    yield _sign(
        "指令|指示|提示|命令|プロンプト|지시|명령|지침|프롬프트",
        r"(?:忽略|忽視|无视|無視|忘记|忘記|不要理会)[^。！？]{0,8}(?:之前|以上|先前|上述|前面|此前)[^。！？]{0,8}(?:指令|指示|提示|命令)"
        r"|(?:これまで|以前|上記|前)の[^。！？]{0,8}(?:指示|命令|プロンプト)[^。！？]{0,6}(?:無視|忘れ)"
        r"|(?:이전|위의?|앞선|지금까지)[^.!?]{0,8}(?:지시|명령|지침|프롬프트)[^.!?]{0,8}(?:무시|잊)",
    )
    yield _sign(
        "التعليمات|الأوامر|التوجيهات|निर्देश|आदेश",
        r"(?:تجاهل|انس)[\w ]{0,12} (?:التعليمات|الأوامر|التوجيهات)[\w ]{0,10} (?:السابقة|أعلاه)"
        r"|(?:पिछले|पूर्व|उपरोक्त)[^।!?]{0,10}(?:निर्देश|आदेश)[^।!?]{0,15}(?:अनदेखा|नज़रअंदाज़|भूल)",
    )
