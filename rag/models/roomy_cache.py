"""Keys and values of what a model has read, with room for more, so that a token is added without copying all. Torch.

transformers' own cache joins old and new anew for every token: behind 1,000 tokens that took a third of the time.
"""

from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

ROOM = 256  # tokens more than are needed, whenever there is no room left


def roomy_cache(model: Any) -> DynamicCache | None:
    """An empty one for this model; none where it keeps anything but keys and values of all that it read."""
    if not model._supports_default_dynamic_cache():
        return None
    cache = DynamicCache(config=model.config)
    if not cache.layers or any(type(layer) is not DynamicLayer for layer in cache.layers):
        return None
    cache.layers = [_Layer() for _ in cache.layers]
    return cache


class _Layer(DynamicLayer):  # type: ignore[misc]  # mypy does not read transformers
    """Of one layer; what was read is the beginning of what there is room for."""

    def update(self, key_states: Any, value_states: Any, *_: Any, **__: Any) -> tuple[Any, Any]:
        """As transformers has it."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self._room = tuple(states[..., :0, :] for states in (key_states, value_states))
        begin, end = self.get_seq_length(), self.get_seq_length() + key_states.shape[-2]
        if end > self._room[0].shape[-2]:
            self._room = tuple(_larger(states, begin, end + ROOM) for states in self._room)
        for states, new in zip(self._room, (key_states, value_states), strict=True):
            states[..., begin:end, :] = new
        self.keys, self.values = (states[..., :end, :] for states in self._room)
        return self.keys, self.values


def _larger(states: Any, filled: int, tokens: int) -> Any:
    *outer, _, width = states.shape
    larger = torch.empty(*outer, tokens, width, dtype=states.dtype, device=states.device)
    larger[..., :filled, :] = states[..., :filled, :]
    return larger
