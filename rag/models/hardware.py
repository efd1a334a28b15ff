"""What a machine has for models to run on. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """One machine."""

    cards: tuple[int, ...] = ()  # bytes of memory of each CUDA card
    memory: int  # bytes that a process may have
    cores: int
    bf16: bool  # whether the processor multiplies bfloat16; else weights take twice their room
    bits: int = 16  # that a weight is given on a card
