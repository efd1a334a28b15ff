"""How fast a generator in this process writes: the bundled one, or the model of a folder.

    python -m tests.benchmarks.writing --models data/home/models [--folder FOLDER] [--device auto]

Prints, for prompts of 250, 1,000 and 2,000 tokens, the time to the first token, tokens a second after it (median of
three runs, greedily, one reader), and that as a share of what memory allows: each token reads all weights once, so no
more tokens a second are possible than memory can deliver bytes divided by the bytes of the weights. What memory
delivers is measured by summing an array that is far larger than the caches. Then 1, 4 and 16 readers ask at once, by
the generator that the product chooses for the device: when they see the first words (median), and tokens a second of
all together. Peak memory is that of the process, or of the card. `tests.benchmarks.random_weights` makes larger
models.
"""

import argparse
import resource
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from transformers import GenerationConfig

from rag.errors import GeneratorFailed
from rag.message import Message
from rag.models import catalog, gguf_chat
from rag.models.batched import BatchedGenerator
from rag.models.generate import LocalGenerator
from rag.models.roomy_cache import roomy_cache
from rag.models.torch_model import on_cuda

PROMPTS = (250, 1000, 2000)
READERS = (1, 4, 16)
STORY = "Tell a long story"
TOKENS = 64
RUNS = 3
WORD = " leave"  # of one token
ARRAY = 1 << 28  # numbers of four bytes


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--device", default="auto")
    given = parser.parse_args()
    folder = given.folder or gguf_chat.converted(catalog.BUNDLED_GENERATOR, given.models)
    generator = LocalGenerator(folder, device=given.device, context=4096, tokens=TOKENS, seconds=600.0)
    model = generator._model
    weights = sum(each.numel() * each.element_size() for each in model.parameters())
    limit = bandwidth(str(model.device)) / weights
    print(
        f"{folder.name}, {model.dtype}, {weights / 1e6:.0f} MB, on {device(str(model.device))};"
        f" limit {limit:.0f} tokens/s"
    )
    print("| prompt, tokens | first token, ms | tokens/s | of the limit |\n| --- | --- | --- | --- |")
    for prompt in PROMPTS:
        runs = [timed(generator, prompt) for _ in range(RUNS)]
        first, pace = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"| {prompt:,} | {first * 1000:.0f} | {pace:.1f} | {pace / limit:.0%} |", flush=True)
    del generator, model
    print("\n| readers at once | first words, ms | tokens/s, all together |\n| --- | --- | --- |")
    serving = served(folder, given.device)
    for readers in READERS:
        first, pace = together(serving, readers)
        print(f"| {readers} | {first * 1000:.0f} | {pace:.1f} |", flush=True)
    print(f"\npeak memory {peak('cuda' if on_cuda(given.device) else 'cpu'):.0f} MB")


def served(folder: Path, on: str) -> LocalGenerator | BatchedGenerator:
    """As the product serves it, with room in line for all."""
    chosen = BatchedGenerator if on_cuda(on) else LocalGenerator
    return chosen(folder, device=on, context=4096, tokens=TOKENS, seconds=600.0, waiting=max(READERS))


def together(generator: LocalGenerator | BatchedGenerator, readers: int) -> tuple[float, float]:
    """Seconds to the first words, and tokens a second of all readers."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(readers) as asking:
        told = list(asking.map(lambda number: read(generator, number, begun), range(readers)))
    ended = time.perf_counter()
    return statistics.median(first for first, _ in told), sum(count for _, count in told) / (ended - begun)


def read(generator: LocalGenerator | BatchedGenerator, number: int, begun: float) -> tuple[float, int]:
    """When the first words came, and how many tokens in all."""
    text, first = "", 0.0
    content = f"{STORY} about {number} pumps.{WORD * PROMPTS[0]}"
    try:
        for piece in generator.stream([Message(role="user", content=content)]):
            first = first or time.perf_counter() - begun
            text += piece
    except GeneratorFailed:
        return first, TOKENS  # it would have gone on
    return first, generator.count([text])[0]


def timed(generator: LocalGenerator, prompt: int) -> tuple[float, float]:
    """Seconds to the first token, and tokens a second behind it."""
    ids = generator._template.encode(WORD * prompt, add_special_tokens=False).ids[:prompt]
    given = torch.tensor([ids], device=generator._model.device)
    begun = time.perf_counter()
    write(generator, given, 1)
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    write(generator, given, 1 + TOKENS)
    return first, TOKENS / (time.perf_counter() - begun - first)


def write(generator: LocalGenerator, given: torch.Tensor, tokens: int) -> None:
    """So many tokens exactly."""
    with torch.inference_mode():
        generator._model.generate(
            given,
            attention_mask=torch.ones_like(given),
            past_key_values=roomy_cache(generator._model),
            generation_config=GenerationConfig(max_new_tokens=tokens, do_sample=False, eos_token_id=None),
        )
    if given.is_cuda:
        torch.cuda.synchronize()


def bandwidth(on: str) -> float:
    """Bytes a second that memory delivers."""
    array = torch.ones(ARRAY, device=on)
    array.sum()
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        array.sum().item()
        times.append(time.perf_counter() - begun)
    return 4 * ARRAY / min(times)


def device(on: str) -> str:
    """Its name."""
    return torch.cuda.get_device_name() if on.startswith("cuda") else f"{torch.get_num_threads()} threads"


def peak(on: str) -> float:
    """Megabytes."""
    if on.startswith("cuda"):
        return torch.cuda.max_memory_allocated() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    main()
