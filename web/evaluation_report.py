"""The figures of an evaluation, as JSON, as a table and as curves."""

from collections.abc import Mapping, Sequence
from typing import Any

from rag.estimate import Estimate, percentile
from rag.measure import Gold, Observed, recall
from rag.scorecard import Scored, figures, values
from rag.selective import Point, curve
from web.evaluation_home import Ingest

GROUPS = ("retrieval", "answers", "citations", "declining")
DEPTHS = range(1, 11)  # documents that the curve of recall looks at
COVERAGES = range(10, 101, 10)  # percent, of the table of risk
MOST_POINTS = 200  # of a curve that is kept

Json = dict[str, Any]
Curve = list[list[float]]


def measures(scored: Sequence[Scored]) -> Json:
    """Each measure in its group, beside ``intervals``, the 95 % intervals, and times in milliseconds."""
    found = figures(scored)
    return {
        **{group: _of(group, found, _value) for group in GROUPS},
        "intervals": {group: _of(group, found, _interval) for group in GROUPS},
        "ms": {
            f"{name}_p{percent}": _rounded(percentile(values(scored, f"ms.{name}"), percent))
            for name in ("search", "ask")
            for percent in (50, 95)
        },
    }


def reading(ingest: Ingest | None) -> Json:
    """What reading the documents took; null where they were there already."""
    if ingest is None:
        return {"ingest": dict.fromkeys(("seconds", "pages_per_s", "chunks_per_s", "peak_mb")), "failed": []}
    seconds = max(ingest.seconds, 1e-9)
    rates = {
        "seconds": ingest.seconds,
        "pages_per_s": ingest.pages / seconds,
        "chunks_per_s": ingest.chunks / seconds,
        "peak_mb": ingest.peak_mb,
    }
    return {
        "ingest": {name: round(value, 2) for name, value in rates.items()},
        "failed": list(ingest.failed),
    }


def recall_curve(pairs: Sequence[tuple[Gold, Observed]]) -> Curve:
    """The mean recall at each depth, as pairs of depth and recall; empty without gold documents."""
    asked = [(gold, seen) for gold, seen in pairs if gold.answerable and gold.documents]
    if not asked:
        return []
    found = {k: sum(recall(gold, seen.hits, k) or 0.0 for gold, seen in asked) / len(asked) for k in DEPTHS}
    return [[k, round(value, 4)] for k, value in found.items()]


def risk_curve(scored: Sequence[Scored]) -> Curve:
    """Triples of coverage, risk and the threshold there, from little coverage to all; empty without gold."""
    known = [each for each in scored if each.right is not None]
    points = curve([each.confidence for each in known], [not each.right for each in known])
    return [[round(p.coverage, 4), round(p.risk, 4), round(p.threshold, 4)] for p in _thinned(points)]


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """Evenly chosen, the last among them."""
    count = min(MOST_POINTS, len(points))
    return [points[(at + 1) * len(points) // count - 1] for at in range(count)]


def markdown_table(results: Sequence[Json]) -> str:
    """The results side by side: a row for each measure, a column for each set, – where it has no gold."""
    rows = [["measure", *(result["set"] for result in results)]]
    rows += [[name, *(cell(result[name]) for result in results)] for name in ("documents", "questions")]
    for group in (*GROUPS, "ms", "ingest"):
        for name in results[0][group] if results else ():
            rows.append([f"{group} {name}", *(cell(result[group].get(name)) for result in results)])
    return table(rows)


def curve_tables(curves: Mapping[str, Curve]) -> str:
    """The curves as text: recall at each depth, and the risk of answering so many of the questions."""
    found = ""
    if curves["recall"]:
        head = ["k", *(f"{k:g}" for k, _ in curves["recall"])]
        found += table([head, ["recall@k", *(cell(value) for _, value in curves["recall"])]])
    if curves["risk"]:
        at = [_at_coverage(curves["risk"], percent / 100) for percent in COVERAGES]
        rows = [["answered", *(f"{percent} %" for percent in COVERAGES)]]
        rows += [["wrong among them", *(cell(risk) for _, risk, _ in at)]]
        rows += [["threshold", *(cell(threshold) for _, _, threshold in at)]]
        found += "\n" + table(rows)
    return found


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table, the first its head."""
    ruled = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "".join(f"| {' | '.join(row)} |\n" for row in ruled)


def cell(value: float | None) -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}" if value > 1 else f"{value:.3f}"


def _at_coverage(points: Curve, coverage: float) -> Sequence[float]:
    """The point nearest to a coverage."""
    return min(points, key=lambda point: abs(point[0] - coverage))


def _of(group: str, found: Mapping[str, Estimate | None], show: Any) -> Json:
    prefix = f"{group}."
    return {name.removeprefix(prefix): show(it) for name, it in found.items() if name.startswith(prefix)}


def _value(found: Estimate | None) -> float | None:
    return None if found is None else _rounded(found.value)


def _interval(found: Estimate | None) -> list[float] | None:
    return None if found is None else [round(found.low, 4), round(found.high, 4)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
