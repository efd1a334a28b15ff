"""Two runs over the same questions: what rose, what fell, and whether by more than chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from rag.errors import UsageError
from rag.estimate import Estimate, bootstrap, difference
from rag.scorecard import LOWER_IS_BETTER, MEASURES, ORDERS, columns
from web.evaluation_report import cell, table
from web.evaluation_runs import Judged, Run

LISTED = 10  # questions won or lost that the table shows
SHOWN = ("retrieval.recall@5", "answers.contains_gold", "citations.precision")  # whose questions are listed

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a measure."""

    before: float
    after: float
    difference: Estimate  # after less before
    won: tuple[str, ...] = ()  # ids of the questions that score better
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A regression that is not to pass unnoticed."""

    measure: str
    worse: float  # by so much may it be worse

    def broken(self, change: Change) -> bool:
        """Whether it got worse by more than that, the interval leaving no doubt that it got worse."""
        moved, sign = change.difference, 1 if self.measure in LOWER_IS_BETTER else -1
        least = moved.low if sign > 0 else -moved.high
        return sign * moved.value > self.worse and least > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs, question by question."""

    before: Run
    after: Run
    questions: Mapping[str, str]  # those that both asked, by id
    changes: Mapping[str, Change]
    broken: tuple[Limit, ...]


def limit(text: str) -> Limit:
    """From ``MEASURE:WORSE``. Raises UsageError, naming the nearest measure."""
    name, colon, worse = text.partition(":")
    known = (*MEASURES, *ORDERS)
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0.0)[0]
        raise UsageError(f"There is no measure {name}. The nearest is {near}.")
    try:
        return Limit(measure=name, worse=float(worse) if colon else 0.0)
    except ValueError:
        raise UsageError(f"{worse!r} is no number. Write --fail-if {name}:0.01, say.") from None


def compare(before: Run, after: Run, limits: Iterable[Limit] = ()) -> Comparison:
    """What changed over the questions that both asked. Raises UsageError where there are none."""
    old = {each.id: each for each in before.questions}
    pairs = [(old[each.id], each) for each in after.questions if each.id in old]
    pairs = [(was, now) for was, now in pairs if was.question == now.question]
    if not pairs:
        raise UsageError(
            f"{before.id} and {after.id} have no question in common. Compare runs over the same set."
        )
    found = {name: _means(name, pairs) for name in MEASURES} | {name: _order(name, pairs) for name in ORDERS}
    changes = {name: change for name, change in found.items() if change is not None}
    given = tuple(limits)
    unmeasured = [each.measure for each in given if each.measure not in changes]
    if unmeasured:
        raise UsageError(f"{unmeasured[0]} was not measured in both runs: the set has no gold for it.")
    return Comparison(
        before=before,
        after=after,
        questions={now.id: now.question for _, now in pairs},
        changes=changes,
        broken=tuple(each for each in given if each.broken(changes[each.measure])),
    )


def _means(name: str, pairs: Sequence[tuple[Judged, Judged]]) -> Change | None:
    """Over the questions that have the measure in both."""
    both = [
        (now.id, old, new)
        for was, now in pairs
        if (old := was.scored.scores.get(name)) is not None
        and (new := now.scored.scores.get(name)) is not None
    ]
    moved = difference([old for _, old, _ in both], [new for _, _, new in both])
    if moved is None:
        return None
    sign = -1 if name in LOWER_IS_BETTER else 1
    return Change(
        before=sum(old for _, old, _ in both) / len(both),
        after=sum(new for _, _, new in both) / len(both),
        difference=moved,
        won=tuple(known for known, old, new in both if sign * (new - old) > 0),
        lost=tuple(known for known, old, new in both if sign * (new - old) < 0),
    )


def _order(name: str, pairs: Sequence[tuple[Judged, Judged]]) -> Change | None:
    old, new = (columns([pair[at].scored for pair in pairs]) for at in (0, 1))
    of, width = ORDERS[name], len(old)

    def moved(*drawn: Any) -> float | None:
        was, now = of(*drawn[:width]), of(*drawn[width:])
        return None if was is None or now is None else now - was

    found = bootstrap(moved, *old, *new)
    before, after = (bootstrap(of, *each, resamples=0) for each in (old, new))
    if found is None or before is None or after is None:
        return None
    return Change(before=before.value, after=after.value, difference=found)


def as_json(comparison: Comparison) -> Json:
    """Everything, with the ids of the questions won and lost for each measure."""
    return {
        "before": comparison.before.id,
        "after": comparison.after.id,
        "same_set": comparison.before.fingerprint == comparison.after.fingerprint,
        "questions": len(comparison.questions),
        "measures": {
            name: {
                "before": round(change.before, 4),
                "after": round(change.after, 4),
                "difference": round(change.difference.value, 4),
                "interval": [round(change.difference.low, 4), round(change.difference.high, 4)],
                "questions": change.difference.questions,
                "won": list(change.won),
                "lost": list(change.lost),
            }
            for name, change in comparison.changes.items()
        },
        "regressions": [each.measure for each in comparison.broken],
    }


def as_text(comparison: Comparison, limits: Sequence[Limit] = ()) -> str:
    """A table of all measures, and the questions won and lost for the chosen or the usual ones."""
    rows = [["measure", "before", "after", "difference", "95 % interval", "won", "lost"]]
    for name, change in comparison.changes.items():
        moved = change.difference
        ends = f"{moved.low:+.3f} to {moved.high:+.3f}"
        counts = [str(len(change.won)), str(len(change.lost))] if name in MEASURES else ["–", "–"]
        rows.append([name, cell(change.before), cell(change.after), f"{moved.value:+.3f}", ends, *counts])
    chosen = [each.measure for each in limits] or SHOWN
    lists = [_list(name, comparison) for name in dict.fromkeys(chosen) if name in comparison.changes]
    return f"{_head(comparison)}\n\n{table(rows)}{''.join(lists)}"


def _head(comparison: Comparison) -> str:
    before, after = comparison.before, comparison.after
    changed = sorted(
        name
        for name in {*before.settings, *after.settings}
        if before.settings.get(name) != after.settings.get(name)
    )
    settings = f"; settings that differ: {', '.join(changed)}" if changed else ""
    same = (
        ""
        if before.fingerprint == after.fingerprint
        else "; the sets differ, only what both asked is compared"
    )
    return f"{before.id} → {after.id}: {len(comparison.questions)} questions{settings}{same}"


def _list(name: str, comparison: Comparison) -> str:
    change, found = comparison.changes[name], ""
    for word, ids in (("won", change.won), ("lost", change.lost)):
        if ids:
            shown = "".join(f"  {known}  {comparison.questions[known]}\n" for known in ids[:LISTED])
            more = f"  … and {len(ids) - LISTED} more (--json lists all)\n" if len(ids) > LISTED else ""
            found += f"\n{name}, {word}:\n{shown}{more}"
    return found
