"""What this machine has for models, and how each of them is chosen; see wiring."""

from dataclasses import dataclass

from rag.settings import Settings
from web.wired_models import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where models run."""

    cards: tuple[int, ...]  # bytes of memory of each CUDA card that may be used
    memory: int  # bytes that a process may have
    cores: int
    precision: str  # in which a model that writes counts


def machine(settings: Settings) -> Machine:
    """This one."""
    from rag.models import detect

    found = detect.found(settings.device, settings.generator_bits)
    whole = "bfloat16" if found.cards or found.bf16 else "float32"
    brief = settings.generator_bits < 16
    return Machine(
        cards=found.cards,
        memory=found.memory,
        cores=found.cores,
        precision=f"{settings.generator_bits} bit" if brief else whole,
    )


def chosen_by(row: Row) -> str:
    """What `footnote models use` is told to choose the model of a row."""
    from rag.models.catalog import BUNDLED_GENERATOR

    if row["name"] == BUNDLED_GENERATOR.name:
        return "bundled"
    return f"{row['name']}@{row['revision']}" if row["revision"] else str(row["name"])
