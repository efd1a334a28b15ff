"""What makes writing quick on a processor changes nothing of what is written, but for rounding."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.models import catalog, gguf_chat, roomy_cache

pytestmark = pytest.mark.filterwarnings("ignore")  # torch and transformers warn about themselves


def loaded(folder: Path) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16, local_files_only=True).eval()


@pytest.fixture(scope="module")
def plain(models: Path) -> Any:
    return loaded(gguf_chat.converted(catalog.BUNDLED_GENERATOR, models))


@pytest.fixture(scope="module")
def quick(models: Path) -> Any:
    from rag.models.one_row import quicken

    made = loaded(gguf_chat.converted(catalog.BUNDLED_GENERATOR, models))
    quicken(made)
    return made


@pytest.fixture(autouse=True)
def _no_gradients() -> Iterator[None]:
    import torch

    with torch.inference_mode():
        yield


def steps(model: Any, cache: Any) -> Any:
    """The logits behind a few tokens, read at once, and then behind each of eight that come one by one."""
    import torch

    ids = torch.arange(3000, 3012)[None]
    told = [model(ids, past_key_values=cache).logits[0, -1]]
    told += [model(torch.tensor([[n]]), past_key_values=cache).logits[0, -1] for n in range(400, 408)]
    return torch.stack(told).float()


def test_one_row_at_a_time_gives_the_same_but_for_rounding(plain: Any, quick: Any) -> None:
    import torch
    from transformers import DynamicCache

    one, other = (steps(model, DynamicCache(config=model.config)) for model in (plain, quick))
    assert torch.nn.functional.cosine_similarity(one, other, dim=-1).min() > 0.999
    assert (one - other).abs().mean() < 0.1


def test_room_for_more_tokens_changes_nothing(quick: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers import DynamicCache

    monkeypatch.setattr(roomy_cache, "ROOM", 3)  # so that it must grow
    cache = roomy_cache.roomy_cache(quick)
    assert cache is not None
    assert (steps(quick, cache) == steps(quick, DynamicCache(config=quick.config))).all()
    assert cache.get_seq_length() == 20


def test_a_model_that_keeps_something_else_gets_a_cache_of_its_own(plain: Any) -> None:
    from transformers import MistralConfig, MistralForCausalLM

    sizes = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
    slides = MistralForCausalLM(
        MistralConfig(vocab_size=16, num_key_value_heads=1, sliding_window=4, **sizes)
    )
    assert roomy_cache.roomy_cache(slides) is None
    assert roomy_cache.roomy_cache(plain) is not None


def test_others_find_torch_as_it_was_whatever_happens(quick: Any) -> None:
    import torch

    quick(torch.tensor([[5]]))
    assert torch.backends.mkldnn.enabled
    with pytest.raises(IndexError):
        quick(torch.tensor([[10**6]]))
    assert torch.backends.mkldnn.enabled
