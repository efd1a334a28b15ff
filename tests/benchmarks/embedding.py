"""Embedding on the processor: Footnote's runtime beside sentence-transformers, same weights, same texts.

    python tests/benchmarks/embedding.py ../shared/data --models data/home/models

Throughput is measured on 2,000 chunks (paragraphs of ``text/squad2_dev_half``, then the handbook cut every
700 characters), each side in a process of its own, taking turns; tokens are those read, marks included. CPU
seconds are hardly moved by what else the machine is doing; wall seconds are. Likeness is the cosine of both
sides' vectors; recall is that of the right paragraph among the first ones, for the answerable questions of
``squad2_dev_half``, by inner product alone.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.models import catalog, weights
from rag.models.embed import open_embedder
from rag.models.torch_model import load_sentence_transformer

SPEC = catalog.EMBEDDERS[0]
CHUNKS = 2000
CHARACTERS = 700
SIDES = ("footnote", "sentence-transformers")
COLD = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from rag.models import catalog
from rag.models.embed import open_embedder
embedder = open_embedder(catalog.EMBEDDERS[0], Path(sys.argv[1]), device="cpu")
embedder.embed(["How many days of leave do I get?"])
print(time.perf_counter() - start)
"""

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


def chunks(data: Path) -> list[str]:
    """The texts to embed."""
    texts = [paper["text"] for paper in lines(data / "text/squad2_dev_half/corpus.jsonl")]
    for file in sorted((data / "markdown/handbook").rglob("*.md")):
        page = file.read_text("utf-8")
        cuts = (page[start : start + CHARACTERS] for start in range(0, len(page), CHARACTERS))
        texts += [cut for cut in cuts if cut.strip()]
    return texts[:CHUNKS]


def lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def opened(side: str, models: Path) -> Embed:
    """How one side embeds, loaded and ready."""
    if side == "footnote":
        return open_embedder(SPEC, models, device="cpu").embed
    model = load_sentence_transformer(weights.installed(SPEC), device="cpu")

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = model.encode(list(texts), batch_size=32, normalize_embeddings=True)
        return vectors

    return embed


def measure(side: str, args: argparse.Namespace) -> None:
    """Embeds the chunks once and the questions once; leaves times and vectors in the scratch folder."""
    texts = chunks(args.data)
    embed = opened(side, args.models)
    embed(texts[-64:])
    wall, cpu = time.perf_counter(), time.process_time()
    vectors = embed(texts)
    times = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    times["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    np.save(args.scratch / f"{side}-chunks.npy", vectors)
    if not (args.scratch / f"{side}-questions.npy").exists():
        np.save(args.scratch / f"{side}-questions.npy", embed([q["question"] for q in asked(args.data)]))
        times["query_ms"] = 1000 * one_query(embed)
    print(json.dumps(times))


def asked(data: Path) -> list[dict[str, Any]]:
    """The questions that their paragraph answers."""
    return [q for q in lines(data / "text/squad2_dev_half/queries.jsonl") if q["answerable"]]


def one_query(embed: Embed) -> float:
    """Median seconds for one question in a warm process."""
    times = []
    for n in range(60):
        start = time.perf_counter()
        embed([f"How many days of leave do I get in year {n}?"])
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def recall(data: Path, scratch: Path, side: str, top: int) -> float:
    """Share of the questions with their paragraph among the first ``top``."""
    papers = [paper["id"] for paper in lines(data / "text/squad2_dev_half/corpus.jsonl")]
    stored = np.load(scratch / f"{side}-chunks.npy")[: len(papers)]
    scores = np.load(scratch / f"{side}-questions.npy") @ stored.T
    best = np.argsort(-scores, axis=1)[:, :top]
    found = [
        any(papers[n] in question["gold_docs"] for n in row)
        for question, row in zip(asked(data), best, strict=True)
    ]
    return statistics.mean(found)


def child(side: str, args: argparse.Namespace) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, __file__, str(args.data), "--models", str(args.models)]
    command += ["--side", side, "--scratch", str(args.scratch)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment())
    times: dict[str, float] = json.loads(done.stdout)
    return times


def cold(models: Path) -> float:
    """Seconds from the first import to the first question's vector, in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", COLD, str(models)], check=True, stdout=subprocess.PIPE, env=environment()
    )
    return float(done.stdout)


def environment() -> dict[str, str]:
    """The environment of the child processes: the repository can be imported."""
    return os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def report(args: argparse.Namespace) -> None:
    """Prints the table."""
    runs: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for _ in range(args.rounds):
        for side in SIDES:
            runs[side].append(child(side, args))
    pieces = open_embedder(SPEC, args.models, device="cpu").count(chunks(args.data))
    tokens = sum(min(n + 2, SPEC.max_length) for n in pieces)
    print(f"{CHUNKS:,} chunks, {tokens:,} tokens, {args.rounds} rounds (median), {SPEC.name}")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| | tokens/s | tokens/CPU s | one question ms | peak MB | recall@1 | recall@5 |")
    print("|---|" + "---|" * 6)
    for side in SIDES:
        wall, cpu = (statistics.median(run[key] for run in runs[side]) for key in ("wall", "cpu"))
        peak = max(run["peak_mb"] for run in runs[side])
        first, fifth = (recall(args.data, args.scratch, side, top) for top in (1, 5))
        print(
            f"| {side} | {tokens / wall:,.0f} | {tokens / cpu:,.0f} | {runs[side][0]['query_ms']:.1f} "
            f"| {peak:.0f} | {first:.4f} | {fifth:.4f} |"
        )
    ours, theirs = (np.load(args.scratch / f"{side}-chunks.npy") for side in SIDES)
    cosine = (ours * theirs).sum(axis=1)
    print(f"\ncosine of both: mean {cosine.mean():.6f}, least {cosine.min():.6f}")
    starts = [cold(args.models) for _ in range(5)]
    print(
        f"cold start to the first vector: median {statistics.median(starts):.2f} s, best {min(starts):.2f} s"
    )


def main() -> None:
    """Reads the arguments and measures one side, or both in turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with text/squad2_dev_half and markdown/handbook")
    parser.add_argument("--models", type=Path, required=True, help="folder of converted models")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--scratch", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.side:
        measure(args.side, args)
        return
    with tempfile.TemporaryDirectory() as scratch:
        args.scratch = Path(scratch)
        report(args)


if __name__ == "__main__":
    main()
