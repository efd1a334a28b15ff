"""Small words that change what a sentence claims: must and may, all and some, only, unless. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from rag.align import Place, Text
from rag.tokens import Token

_MUST = frozenset(
    "must shall has have required requires need needs mandatory obliged obligatory compulsory".split()
)
_MAY = frozenset("may might can could allowed permitted optional".split())
_SHOULD = frozenset("should ought recommended".split())
_FORBID = frozenset("forbidden prohibited banned".split())
_MODALS = MappingProxyType({"must": _MUST, "may": _MAY, "should": _SHOULD, "forbid": _FORBID})
_AGAINST = frozenset({("must", "may"), ("must", "should"), ("may", "must"), ("may", "should"), ("should", "must"),
                      ("should", "may"), ("must", "forbid"), ("forbid", "must")})  # fmt: skip
_ALL = frozenset("all every each always entire whole everyone everybody any".split())
_SOME = frozenset(
    "some many most several few often sometimes usually certain partly mostly generally occasionally rarely".split()
)
_ONLY = frozenset("only solely exclusively merely alone just".split())
_EXCEPT = frozenset("unless except excluding excepting if provided until".split())
_REACH = 6  # tokens before a word in which its modal or quantifier stands


def contrasts(said: Text, shown: Text, aligned: Mapping[int, tuple[Place, ...]]) -> Iterator[str]:
    """Reasons, each once, why the small words of a sentence claim more than is shown."""
    yield from dict.fromkeys(
        reason
        for at, places in aligned.items()
        if places
        for reason in (*_modal(said, shown, at, places), *_quantifier(said, shown, at, places))
    )
    yield from _only(said, shown)
    yield from _exception(said, shown, aligned)


def _modal(said: Text, shown: Text, at: int, places: Sequence[Place]) -> Iterator[str]:
    own = _class(said.tokens, at)
    others = [_class(shown.tokens, place.at) for place in places]
    if own and all(other and (own[0], other[0]) in _AGAINST for other in others) and others[0]:
        yield f'the quote says "{others[0][1]}", not "{own[1]}"'


def _class(tokens: Sequence[Token], at: int) -> tuple[str, str] | None:
    """The kind of modal that goes right before a word, and the modal."""
    for before in reversed(tokens[max(0, at - _REACH) : at]):
        plain = before.text.casefold()
        kind = next((name for name, words in _MODALS.items() if plain in words), None)
        if before.clause != tokens[at].clause or (before.content and not kind):
            return None
        if kind and plain not in ("has", "have"):
            return kind, plain
        if kind and tokens[at - 1].text.casefold() == "to":
            return kind, f"{plain} to"
    return None


def _quantifier(said: Text, shown: Text, at: int, places: Sequence[Place]) -> Iterator[str]:
    own = _one_of(_ALL, said.tokens, at)
    others = [_one_of(_SOME, shown.tokens, place.at) for place in places]
    if own and all(others):
        yield f'the quote says "{others[0]}", not "{own}"'


def _one_of(words: frozenset[str], tokens: Sequence[Token], at: int) -> str:
    """A quantifier among the two tokens before a word of its clause."""
    near = (token for token in tokens[max(0, at - 2) : at] if token.clause == tokens[at].clause)
    return next((token.text.casefold() for token in near if token.text.casefold() in words), "")


def _only(said: Text, shown: Text) -> Iterator[str]:
    own = [token.text for token in said.tokens if token.text.casefold() in ("only", "solely", "exclusively")]
    if own and not any(token.text.casefold() in _ONLY for token in shown.tokens):
        yield f'the quote does not say "{own[0]}"'


def _exception(said: Text, shown: Text, aligned: Mapping[int, tuple[Place, ...]]) -> Iterator[str]:
    """An exception that one names and the other does not, in the sentences that the words stand in."""
    own = [token for token in said.tokens if token.text.casefold() in _EXCEPT]
    if own:
        if not any(token.text.casefold() in _EXCEPT | {"when", "where", "only"} for token in shown.tokens):
            yield f'the quote does not say "{own[0].text}"'
        return
    there = {place.at for places in aligned.values() for place in places}
    sentences = [shown.tokens[at].sentence for at in there]
    for at, token in enumerate(shown.tokens):
        if (
            token.text.casefold() not in _EXCEPT - {"until"}
            or sentences.count(token.sentence) < len(aligned) / 2
        ):
            continue
        scope = [other for other in range(at + 1, len(shown.tokens)) if _in_scope(shown.tokens, at, other)][
            :4
        ]
        if scope and there.isdisjoint(scope):
            yield f'the quote goes on: "{token.text} {_shown(shown.tokens, scope)}"'


def _in_scope(tokens: Sequence[Token], cue: int, at: int) -> bool:
    return tokens[at].content and tokens[at].clause == tokens[cue].clause


def _shown(tokens: Sequence[Token], scope: Sequence[int]) -> str:
    return " ".join(token.text for token in tokens[scope[0] : scope[-1] + 1]) + " …"
