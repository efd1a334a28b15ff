"""Text in pictures of pages, recognised by RapidOCR with the models of its own wheel: nothing is downloaded.

What is recognised takes the shape of a PDF's text layer, see `recognised`, so that the same rules make lines,
tables and paragraphs of it.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.parsers.ocr.recognised import Found, Quads, Recognised, layers
from rag.errors import ModelError

Picture = NDArray[np.uint8]  # (height, width, 3), red, green, blue

PIXELS = 2_200_000  # of the picture that is looked at: an A4 page at 150 dots an inch; memory grows with it
THREADS = 2  # of the recogniser

_MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}
_SURE = 0.5  # confidence below which a line is taken for no text
_INK = 24  # levels by which ink differs from the paper
_MARGIN = 100  # pixels of paper kept around the ink: a lone line on a large sheet would be overlooked
_THIN = 0.5  # pixels: the thinnest stroke that is believed


class Recogniser:
    """Loads its models when it first looks at a picture. Not to be shared between threads."""

    def __init__(self, threads: int = THREADS) -> None:
        self._engine = _engine(threads)

    def read(self, picture: Picture, scale: float) -> Recognised:
        """The words of a picture whose pixels are `scale` points wide, at most `PIXELS` of them."""
        found = self._seen(picture, 0)
        others = [self._seen(picture, turns) for turns in found.doubts]
        found = max(others if found.sideways else [found, *others], key=_sureness)
        return layers(found, picture.shape[0], picture.shape[1], scale)

    def _seen(self, picture: Picture, turns: int) -> Found:
        turned = np.rot90(picture, turns)[:, :, ::-1]  # the models know blue, green, red
        corner, inked = _inked(turned)
        out = self._looked(np.ascontiguousarray(inked)) if inked.size else None
        if out is None or out.txts is None or out.boxes is None:
            return Found.empty(turns)
        lines = zip(out.boxes, out.txts, out.scores, out.word_results, strict=True)
        sure = [line for line in lines if line[2] >= _SURE and any(map(str.isalnum, line[1]))]
        quads = np.array([quad for quad, *_ in sure], dtype=np.float64).reshape(-1, 4, 2)
        return Found(
            turns=turns,
            quads=quads + corner,
            strokes=_strokes(inked, quads),
            texts=tuple(text for _, text, *_ in sure),
            scores=np.array([score for _, _, score, _ in sure], dtype=np.float64),
            cuts=tuple(_cuts(quad, text, parts) for quad, text, _, parts in sure),
        )

    def _looked(self, picture: Picture) -> Any:
        try:
            return self._engine(picture)
        except Exception as error:
            if "alloc" in str(error):  # how both libraries say that memory ran out
                raise MemoryError from error
            raise


def _sureness(found: Found) -> float:
    return found.sureness


def _engine(threads: int) -> Any:
    import rapidocr

    models = {part: Path(rapidocr.__file__).parent / "models" / name for part, name in _MODELS.items()}
    missing = [path.name for path in models.values() if not path.is_file()]
    if missing:
        raise ModelError(
            f"Text in pictures cannot be recognised: {' and '.join(missing)} of the package rapidocr is missing. "
            "Install Footnote again."
        )
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": 0.0,  # lines are chosen here
            "Global.max_side_len": PIXELS,  # the number of pixels is bounded, not a side
            "Global.use_cls": False,  # a page is turned as a whole, see `Found.doubts`
            "Global.return_word_box": True,
            "Rec.rec_batch_num": 1,  # the fastest on a CPU, and the least memory
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            **{f"{part}.model_path": str(path) for part, path in models.items()},
        }
    )


def _inked(picture: Picture) -> tuple[tuple[int, int], Picture]:
    """The part of a picture that is not bare paper, empty where all is, and where its corner was."""
    marked = np.abs(picture.max(axis=2).astype(np.int16) - int(np.median(picture[::8, ::8]))) > _INK
    marked |= np.ptp(picture, axis=2) > 2 * _INK
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    if not len(rows):
        return (0, 0), picture[:0]
    top, left = max(0, int(rows[0]) - _MARGIN), max(0, int(columns[0]) - _MARGIN)
    return (left, top), picture[top : rows[-1] + _MARGIN, left : columns[-1] + _MARGIN]


def _strokes(picture: Picture, quads: Quads) -> NDArray[np.float64]:
    """How thick the letters of each line are drawn, in pixels: ink over the number of its runs from left to right."""
    grey = picture.max(axis=2).astype(np.int16)
    found = []
    for low, high in zip(quads.min(axis=1), quads.max(axis=1), strict=True):
        (left, top), (right, bottom) = np.maximum(low, 0).astype(int), np.ceil(high).astype(int)
        part = grey[top:bottom, left : max(right, left + 1)]
        paper = int(np.median(part)) if part.size else 0
        ink = np.abs(part - paper)
        inked = ink > ink.max(initial=2 * _INK) // 2
        runs = int((inked[:, 1:] & ~inked[:, :-1]).sum()) + int(inked[:, 0].sum())
        found.append(int(inked.sum()) / max(runs, 1))
    return np.maximum(np.array(found, dtype=np.float64), _THIN)


def _cuts(quad: Any, text: str, parts: Any) -> tuple[tuple[float, float], ...]:
    """Where the words of a line begin and end, as shares of its length."""
    marks = _marks(np.asarray(quad, dtype=np.float64), "".join(text.split()), parts)
    cuts, at = [], 0
    for word in text.split():
        cuts.append((marks[at][0], marks[at + len(word) - 1][1]))
        at += len(word)
    return tuple(cuts)


def _marks(quad: Any, letters: str, parts: Any) -> list[tuple[float, float]]:
    """Where each letter begins and ends: in the box of its part of the line, or by even shares."""
    along = quad[1] - quad[0]
    marks: list[tuple[float, float]] = []
    for part, _, box in parts:
        corners = (np.asarray(box, dtype=np.float64) - quad[0]) @ along / max(along @ along, 1e-6)
        left, right = np.clip((corners.min(), corners.max()), 0.0, 1.0).tolist()
        step = (right - left) / max(len(part), 1)
        marks += [(left + step * n, left + step * (n + 1)) for n in range(len(part))]
    if "".join(part for part, *_ in parts) == letters:
        return marks
    return [(n / len(letters), (n + 1) / len(letters)) for n in range(len(letters))]
