"""Words that mean the same, or the opposite. Pure."""

from types import MappingProxyType

from rag.asked import stem

# One meaning a line: what says it, and behind the bar what says its opposite. Every word stands in one line at most.
_LINES = """
allow allowed let lets permit permits permitted authorise authorize | forbid forbids forbidden prohibit ban banned
accept approve grant | reject refuse deny denied
increase rise rose risen grow grew grown gain raise climb | decrease fall fell fallen drop reduce reduction shrink
more greater larger bigger | less fewer smaller
high highest | low lowest
above exceed | below
before prior earlier precede previous previously | after later subsequent subsequently afterwards following
maximum most | minimum least
call called known named
begin began begun start commence | end finish stop cease terminate terminated
open | close closed shut
include contain | exclude omit
buy bought purchase acquire | sell sold
win won victory | lose lost defeat
import | export
north northern | south southern
east eastern | west western
inside internal interior | outside external exterior
first | last final
true | false
male men man | female women woman
legal lawful | illegal unlawful
able | unable
voluntary optional | mandatory compulsory obligatory
succeed success successful | fail failure
enable | disable
public | private
major majority | minor minority
positive | negative
strong | weak
fast quick rapid | slow
new | old
long | short
hot warm | cold cool
full | empty
cheap inexpensive | expensive
easy simple | difficult hard
safe | dangerous
support | oppose
same identical | different
add | remove delete
arrive | depart
deposit | withdraw withdrawn
credit | debit
profit | loss
upper top | bottom
wide | narrow
thick | thin
heavy | light
rich wealthy | poor
young | elderly
clean | dirty
alive | dead
always | never
help assist aid
several many numerous number
need require required
show showed shown demonstrate indicate
use utilise utilize employ
build built construct
make made produce
get got receive obtain
tell told inform notify
big large
child children kid
ask request
send sent submit
pay paid payment
change alter modify amend
keep kept retain
give gave given provide supply
choose chose chosen select
say said state stated
happen occur
employee staff personnel
company firm business
doctor physician
car vehicle
yearly annual annually year
monthly month
weekly week
daily day
movie film
main principal chief
area region
city town
""".strip().splitlines()

Concept = tuple[str, int]  # the first word of its line, and -1 for the opposite


def _concepts() -> dict[str, Concept]:
    known: dict[str, Concept] = {}
    for line in _LINES:
        name = line.split()[0]
        for sign, words in zip((1, -1), line.split("|"), strict=False):
            known |= {stem(word): (name, sign) for word in words.split()}
            known |= dict.fromkeys(words.split(), (name, sign))
    return known


CONCEPTS = MappingProxyType(_concepts())
PREFIXES = ("un", "in", "im", "il", "ir", "non", "dis")  # that turn a word into its opposite


def concept(word: str) -> Concept:
    """What a word means: its line's name and side, or else its stem."""
    plain = word.casefold()
    root = stem(plain)
    return CONCEPTS.get(plain) or CONCEPTS.get(root) or (root, 1)


def opposites(word: str) -> tuple[str, ...]:
    """Words that say the opposite of one, letter by letter among ours; none for most."""
    plain = word.casefold()
    sides = [line.split("|") for line in _LINES if "|" in line]
    return tuple(
        other
        for one, two in sides
        for here, there in ((one, two), (two, one))
        if plain in here.split()
        for other in there.split()
    )


def opposite(word: str) -> str | None:
    """The stem without a prefix that denies it, or None where there is none."""
    return next((word[len(p) :] for p in PREFIXES if word.startswith(p) and len(word) - len(p) >= 4), None)
