"""The bundled model, converted once for all the tests of a run (or of many: see FOOTNOTE_TEST_MODELS)."""

import os
from pathlib import Path

import pytest

from rag.models import catalog, convert, weights
from rag.models.catalog import EmbedderSpec
from rag.models.embed import BatchEmbedder
from rag.models.openvino_model import OpenVinoModel
from rag.models.pieces import WordPieces


@pytest.fixture(scope="session")
def spec() -> EmbedderSpec:
    return catalog.embedder("all-MiniLM-L6-v2")


@pytest.fixture(scope="session")
def source(spec: EmbedderSpec) -> Path:
    return weights.installed(spec)


@pytest.fixture(scope="session")
def models(own_environment: None) -> Path:
    """Folder of converted models."""
    return Path(os.environ["FOOTNOTE_MODELS"])


@pytest.fixture(scope="session")
def converted(spec: EmbedderSpec, own_environment: None) -> Path:
    return convert.converted(spec, Path(os.environ["FOOTNOTE_MODELS"]))


@pytest.fixture(scope="session")
def model(converted: Path) -> OpenVinoModel:
    return OpenVinoModel(converted / "model.xml")


@pytest.fixture(scope="session")
def pieces(source: Path) -> WordPieces:
    return WordPieces(source / "tokenizer.json")


@pytest.fixture(scope="session")
def embedder(spec: EmbedderSpec, pieces: WordPieces, model: OpenVinoModel) -> BatchEmbedder:
    return BatchEmbedder(spec, pieces, model)
