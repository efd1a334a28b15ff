"""Several rankings made one: a convex combination of cosine and BM25, and what else speaks for a text. Pure.

    score = w * cosine + (1 - w) * bm25 / ceiling + ABOUT * about + EXACT * exact

Convex combination after theoretical normalisation: Bruch, Gai and Ingber (2023), "An Analysis of Fusion
Functions for Hybrid Retrieval", ACM TOIS 42(1). They divide BM25 by the highest score found; here it is
divided by the highest score possible for the question (``ceiling``), so that a question whose words are
nowhere in the documents gives its few chance matches little weight, and the size of the collection changes
nothing. The weight ``w`` depends on how well the embedder knows the language that is asked in (`cosine_weight`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, log1p

# Fitted by tests/benchmarks/fit_fusion.py as a conditional logit (McFadden 1974) over the candidates of a question, on
# squad_dev_rest, pubmedqa, and the Spanish, Chinese and Arabic halves of XQuAD named there.
FLUENCY_BASE, FLUENCY_SLOPE = -2.85, 1.99
ABOUT = 0.13
EXACT = 0.2  # set, not fitted: hardly a question of those sets quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What speaks for one text."""

    cosine: float  # in [-1, 1]
    bm25: float = 0.0  # at least 0; 0 where no word matches
    about: float = (
        0.0  # in [0, 1], share of the question that its document says of itself; see rag.lexical_index
    )
    exact: float = 0.0  # in [0, 1], share of the question's quoted phrases and codes that it holds


def cosine_weight(fluency: float) -> float:
    """The weight of the cosine, in (0, 1), for a question of so many characters a word piece (> 0).

    A word piece model cuts words of its own language into few pieces and foreign ones into many. 4 characters a
    piece is plain English, 2.5 is German or Spanish cut by an English model, 1 is a script that it does not know: there
    its vectors mean little.
    """
    return 1.0 / (1.0 + exp(-(FLUENCY_BASE + FLUENCY_SLOPE * log(max(fluency, 0.1)))))


def ceiling(frequencies: Mapping[str, int], documents: int, k1: float = 1.2) -> float:
    """The BM25 score that no text can exceed: every question word once, with endless repetition in the text.

    ``frequencies`` maps each distinct analysed word of the question to the number of indexed texts holding it
    (0 where none does), ``documents`` counts the indexed texts. Inverse document frequencies as in Lucene and
    tantivy: ``log(1 + (N - n + 0.5) / (n + 0.5))``. Returns 0.0 for a question without words.
    """
    return (k1 + 1.0) * sum(rarity(count, documents) for count in frequencies.values())


def rarity(count: int, documents: int) -> float:
    """Inverse document frequency, in nats, of a word that ``count`` of ``documents`` texts hold; >= 0."""
    count = min(count, documents)
    return log1p((documents - count + 0.5) / (count + 0.5))


def fuse(candidates: Mapping[int, Signals], ceiling: float, weight: float) -> list[tuple[int, float]]:
    """Chunk ids with their fused scores, best first; equal scores in order of id.

    ``ceiling`` is what `ceiling` returns; 0 leaves BM25 out. ``weight`` is the cosine's, in [0, 1].
    """
    words = (1.0 - weight) / ceiling if ceiling > 0.0 else 0.0
    scored = [
        (key, weight * it.cosine + words * it.bm25 + ABOUT * it.about + EXACT * it.exact)
        for key, it in candidates.items()
    ]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))
