"""The network that learns: the embedder's BERT, read from its weights, with two heads. Torch."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional
from transformers import BertModel
from transformers.utils import logging

from rag.models.bert_graph import HEADS
from rag.training.rows import IGNORED, Batch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMOOTHING = 0.05  # of the labels of relevance (Szegedy et al. 2016): people err, and so do mined negatives
NEVER = -1e4  # what speaks for an answer where none may stand


class Network(torch.nn.Module):  # type: ignore[misc]  # mypy does not read torch
    """Start and end of the answer over the pieces, "not in here" on the start mark; relevance from the start mark."""

    def __init__(self, folder: Path, dropout: float = 0.0) -> None:
        """Starts from the BERT in ``folder``; heads start at random, so set the seed before."""
        super().__init__()
        self.bert = _bert(folder, dropout)
        width = self.bert.config.hidden_size
        self.spans = torch.nn.Linear(width, 2)
        self.relevance = torch.nn.Linear(width, 1)

    def forward(self, ids: Any, types: Any, mask: Any) -> tuple[Any, Any]:
        """Of each piece what speaks for a start and an end there, (rows, length, 2); relevance, (rows,): logits."""
        states = self.bert(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        return self.spans(states), self.relevance(states[:, 0]).squeeze(-1)

    def loss(self, given: Batch, device: str) -> Any:
        """Mean cross-entropy of start and end, plus that of relevance."""
        ids, types, mask, spans, relevance, readable = (
            torch.from_numpy(array).to(device)
            for array in (given.ids, given.types, given.mask, given.spans, given.relevance, given.readable)
        )
        logits, found = self(ids, types, mask)
        logits = logits.float().masked_fill(~readable.unsqueeze(-1), NEVER)
        soft = relevance * (1 - 2 * SMOOTHING) + SMOOTHING
        told = functional.binary_cross_entropy_with_logits(found.float(), soft)
        if not (spans != IGNORED).any():
            return told
        ends = [
            functional.cross_entropy(logits[:, :, end], spans[:, end], ignore_index=IGNORED) for end in (0, 1)
        ]
        return sum(ends) / 2 + told

    def take(self, arrays: "Mapping[str, NDArray[np.float32]]") -> None:
        """Go on from weights that `arrays` gave."""
        self.load_state_dict({_own(name): torch.from_numpy(array) for name, array in arrays.items()})

    def arrays(self) -> "dict[str, NDArray[np.float32]]":
        """Its weights by name, as `rag.models.bert_graph` takes them."""
        state = {name.removeprefix("bert."): value for name, value in self.state_dict().items()}
        return {
            name: value.float().cpu().numpy() for name, value in state.items() if value.is_floating_point()
        }


def _own(name: str) -> str:
    return name if name.startswith(HEADS) else f"bert.{name}"


def _bert(folder: Path, dropout: float) -> Any:
    """Without a word: transformers reports the pooler, which is left out on purpose, as an oddity."""
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    return BertModel.from_pretrained(
        str(folder),
        add_pooling_layer=False,
        local_files_only=True,
        use_safetensors=True,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=0.0,  # with it attention takes twice as long on a processor
    )
