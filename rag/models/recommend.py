"""Which model suits a machine. Pure."""

from collections.abc import Collection

from rag.models.chat_catalog import CHAT_MODELS, ChatModel
from rag.models.hardware import Hardware

OVERHEAD = 1_500_000_000  # bytes that the runtime takes for itself, on each card
ROOM = 0.15  # of the weights, for the conversation that the model keeps in mind
PER_CORE = 5e9  # bytes a second that a core reads: 7e9 were measured with the bundled model on two cores
SMALL = 5_000_000_000  # parameters: with more, even many cores read the passages too slowly
LEAST = 10  # tokens a second below which nobody wants to wait; each reads all weights once


def memory(model: ChatModel, hardware: Hardware) -> int:
    """Bytes of memory that the model needs on this machine, on a card where it has one."""
    return int(_weights(model, hardware) * (1 + ROOM)) + OVERHEAD


def fits(model: ChatModel, hardware: Hardware) -> bool:
    """Whether the model has room on the cards, over which it is spread where there are several.

    Without a card: whether it has room in memory, and writes fast enough to wait for it.
    """
    needs = memory(model, hardware)
    if hardware.cards:
        return needs - OVERHEAD <= sum(max(0, card - OVERHEAD) for card in hardware.cards)
    fast = hardware.cores * PER_CORE / _weights(model, hardware) >= LEAST
    return model.parameters <= SMALL and fast and needs <= hardware.memory


def recommended(hardware: Hardware) -> ChatModel | None:
    """The most able model that fits and that anyone may use; None where there is none."""
    return best([model for model in CHAT_MODELS if model.free], hardware)


def best(models: Collection[ChatModel], hardware: Hardware) -> ChatModel | None:
    """The most able of these that fits; None where there is none."""
    fitting = [model for model in CHAT_MODELS if model in models and fits(model, hardware)]
    return fitting[-1] if fitting else None


def _weights(model: ChatModel, hardware: Hardware) -> int:
    """Bytes. On a card they may be squeezed; a processor without bfloat16 takes twice the room."""
    if hardware.cards:
        return model.size * hardware.bits // 16
    return model.size if hardware.bf16 else 2 * model.size
