"""What a question takes for granted, and whether a passage bears it out. Pure.

"Which firms did not sign?" has no answer where the passage only says which firms signed, however alike the two are. To
check what a question presupposes before it is answered: Kim et al. (2021), "Which Linguist Invented the Lightbulb?
Presupposition Verification for Question-Answering", ACL. Here words decide.
"""

from dataclasses import dataclass

from rag.align import Text, align
from rag.asked import figures
from rag.polarity import denials, is_opposed
from rag.tokens import tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Presupposition:
    """What of a question a passage does not bear out."""

    denied: bool  # it denies something that the passage does not
    opposed: bool  # where the passage speaks of it, it says the opposite of a word
    figures: bool  # it has a number or a code that the passage has not


def presupposition(question: str, shown: str) -> Presupposition:
    """A question held against a passage with its title and headings, in time linear in the passage. Never raises."""
    said, there = Text(tokens(question)), Text(tokens(shown))
    aligned = align(said, there)
    return Presupposition(
        denied=bool(denials(said, there, aligned)),
        opposed=is_opposed(aligned),
        figures=not figures(question) <= figures(shown),
    )
