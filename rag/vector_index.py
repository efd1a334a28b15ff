"""FAISS over chunk vectors: exact inner product for now. A cache; see rag.catch_up for how it is filled."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from rag import snapshot

if TYPE_CHECKING:
    from rag.feed import Feed, Ids
    from rag.ports import Vectors


class VectorIndex:
    """Nearest chunks by cosine. Safe to share between threads."""

    def __init__(self, folder: Path, dimension: int, fingerprint: str) -> None:
        """Load the snapshot in the folder if it is whole and has this fingerprint, else begin empty.

        The fingerprint names the database and the embedder that the vectors come from.
        """
        self._folder = folder
        self._dimension = dimension
        self._fingerprint = fingerprint
        self._lock = RLock()
        self._between_processes = snapshot.turns(folder)
        with self._between_processes:
            self.seq, self._index = self._load()
        self._saved = self.seq

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> set[int]:
        """Every chunk id that it holds."""
        import faiss

        with self._lock:
            return set(faiss.vector_to_array(self._index.id_map).tolist())

    def search(self, vector: "Vectors", k: int, allowed: Sequence["Ids"] | None = None) -> dict[int, float]:
        """Cosine by chunk id of the k nearest to a unit vector (dimension,), best first."""
        import faiss

        if allowed is not None and not allowed:
            return {}
        options: dict[str, Any] = {}
        if allowed is not None:
            options["params"] = faiss.SearchParameters(sel=faiss.IDSelectorBatch(_expand(allowed)))
        with self._lock:
            if not len(self):
                return {}
            scores, ids = self._index.search(vector.reshape(1, -1), min(k, len(self)), **options)
        return {int(i): float(s) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0}

    def scores(self, vector: "Vectors", ids: Iterable[int]) -> dict[int, float]:
        """Cosine of the given chunks that it holds."""
        found: dict[int, float] = {}
        with self._lock:
            for chunk_id in ids:
                try:
                    found[chunk_id] = float(self._index.reconstruct(int(chunk_id)) @ vector)
                except RuntimeError:  # FAISS has no such id
                    continue
        return found

    def catch_up(self, feed: "Feed") -> None:
        """Drop what is gone and add what is new since the last time."""
        import faiss

        with self._lock, self._between_processes:
            delta, ids, vectors = feed.vectors(self.seq)
            for first, end in delta.gone:
                self._index.remove_ids(faiss.IDSelectorRange(first, end))
            if len(ids):
                self._index.add_with_ids(vectors, ids)
            self.seq = delta.seq
            if self.seq != self._saved:
                self._save()

    def reset(self) -> None:
        """Forget everything, on disk too; the next catch-up rebuilds it."""
        with self._lock, self._between_processes:
            snapshot.set_aside(self._folder)
            self.seq, self._index, self._saved = 0, self._empty(), 0

    def _empty(self) -> Any:
        import faiss

        return faiss.IndexIDMap2(faiss.IndexFlatIP(self._dimension))

    def _load(self) -> tuple[int, Any]:
        import faiss

        manifest = snapshot.load(self._folder, self._fingerprint)
        if manifest is None:
            snapshot.set_aside(self._folder)
            return 0, self._empty()
        (name,) = manifest.files
        return manifest.seq, faiss.read_index(str(self._folder / name))

    def _save(self) -> None:
        import faiss

        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{self.seq}-{os.getpid()}.faiss"
        faiss.write_index(self._index, str(self._folder / name))
        snapshot.save(self._folder, seq=self.seq, fingerprint=self._fingerprint, names=[name])
        for old in self._folder.glob("*.faiss"):
            if old.name != name:
                old.unlink(missing_ok=True)
        self._saved = self.seq


def _expand(ranges: Sequence["Ids"]) -> "np.ndarray":
    return np.concatenate([np.arange(first, end, dtype=np.int64) for first, end in ranges])
