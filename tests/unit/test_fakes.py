import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FakeEmbedder


@given(st.lists(st.text()))
def test_the_fake_embedder_gives_unit_vectors(texts: list[str]) -> None:
    vectors = FakeEmbedder().embed(texts)
    assert vectors.shape == (len(texts), 32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_the_fake_embedder_finds_shared_words() -> None:
    question, answer, other = FakeEmbedder().embed(["paid leave", "leave is paid yearly", "prime the pump"])
    assert question @ answer > question @ other
