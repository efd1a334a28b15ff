"""Where a sentence denies what is shown to be so, affirms what is denied, or says the opposite. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from rag.align import Place, Text
from rag.negation import Cue, cues

Aligned = Mapping[int, tuple[Place, ...]]


def contradictions(said: Text, shown: Text, aligned: Aligned) -> Iterator[str]:
    """Reasons why a sentence does not agree in what it affirms and what it denies.

    Each cue of the sentence is paired with one that denies the same in what is shown. A cue that is left over on either
    side must be made up for by a word that says the opposite, and such a word by a cue.
    """
    own, there = _unpaired(cues(said.tokens), cues(shown.tokens), aligned)
    yield from (_denied(said, shown, cue, aligned) for cue in own if not _made_up(cue, aligned))
    yield from (_affirmed(shown, cue) for cue in there if _is_affirmed(cue, aligned))
    yield from _opposites(said, shown, aligned, own, there)


def denials(said: Text, shown: Text, aligned: Aligned) -> tuple[Cue, ...]:
    """The cues of a text that deny what is not denied in what is shown, by a cue or by the opposite of a word."""
    own, _ = _unpaired(cues(said.tokens), cues(shown.tokens), aligned)
    return tuple(cue for cue in own if not _made_up(cue, aligned))


def is_opposed(aligned: Aligned) -> bool:
    """Whether at the place of some word its opposite is shown."""
    return any(places and all(place.sign < 0 for place in places) for places in aligned.values())


def _unpaired(own: Sequence[Cue], there: Sequence[Cue], aligned: Aligned) -> tuple[list[Cue], list[Cue]]:
    """The cues of both sides that are left when those were paired whose scopes share most."""
    shared = [(_shared(one, other, aligned), one, other) for one in own for other in there]
    left, right = list(own), list(there)
    for score, one, other in sorted(shared, key=lambda pair: -pair[0]):
        if score > 0 and one in left and other in right:
            left.remove(one)
            right.remove(other)
    return left, right


def _shared(one: Cue, other: Cue, aligned: Aligned) -> float:
    """How much two cues deny the same: certain words count double."""

    def places(some: frozenset[int]) -> set[int]:
        return {place.at for at in some for place in aligned.get(at, ())}

    certain, perhaps = places(one.certain), places(one.perhaps)
    head = one.head is not None and other.head in {place.at for place in aligned.get(one.head, ())}
    return (
        head + 2 * len(certain & other.certain) + len(certain & other.perhaps) + len(perhaps & other.certain)
    )


def _made_up(cue: Cue, aligned: Aligned) -> bool:
    return any(place.sign < 0 for at in cue.certain for place in aligned.get(at, ()))


def _is_affirmed(cue: Cue, aligned: Aligned) -> bool:
    """Whether the sentence says of its own what the cue denies; if it says its opposite, it need not deny."""
    return any(
        places and {place.at for place in places} <= {cue.head} and all(place.sign > 0 for place in places)
        for places in aligned.values()
    )


def _opposites(
    said: Text, shown: Text, aligned: Aligned, own: Sequence[Cue], there: Sequence[Cue]
) -> Iterator[str]:
    denied = {at for cue in own for at in cue.perhaps}
    denied_there = {at for cue in there for at in cue.perhaps}
    for at, places in aligned.items():
        if places and all(p.sign < 0 and (at in denied) is (p.at in denied_there) for p in places):
            yield f'the quote says "{shown.tokens[places[0].at].text}", the opposite of "{said.tokens[at].text}"'


def _denied(said: Text, shown: Text, cue: Cue, aligned: Aligned) -> str:
    word = said.tokens[cue.at].text
    places = aligned.get(cue.head, ()) if cue.head is not None else ()
    if not places:
        return f'"{word}" is not in the quote'
    return f'the quote says "{shown.tokens[places[0].at].text}" without "{word}"'


def _affirmed(shown: Text, cue: Cue) -> str:
    assert cue.head is not None
    first, last = sorted((cue.at, cue.head))
    return f'the quote says "{" ".join(token.text for token in shown.tokens[first : last + 1])}"'
