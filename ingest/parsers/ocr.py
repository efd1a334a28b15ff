"""Text in pictures of pages, recognised by RapidOCR with the models of its own wheel: nothing is downloaded.

What is recognised takes the shape of a PDF's text layer, so that the same rules make lines, tables and
paragraphs of it. A page that lies on its side or upside down is turned, and one that was scanned at a slant is
set straight, before its lines are put in order; the boxes of its words stay where they are on the picture.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.parsers.text_layer import TextLayer
from rag.errors import ModelError

Picture = NDArray[np.uint8]  # (height, width, 3), red, green, blue
Quads = NDArray[np.float64]  # (n, 4, 2): corners, clockwise from the one where reading begins

PIXELS = 2_200_000  # of the picture that is looked at: an A4 page at 150 dots an inch; memory grows with it
THREADS = 2  # of the recogniser

_MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}
_SURE = 0.5  # confidence below which a line is taken for no text
_DOUBTFUL = (
    0.8  # mean confidence below which a page may be upside down: those read at 0.6 then, others at 0.98
)
_INK = 24  # levels by which ink differs from the paper
_MARGIN = 100  # pixels of paper kept around the ink: a lone line on a large sheet would be overlooked
_SLANT_LETTERS = 12  # a shorter line does not tell the slant of a page
_LETTER = 0.85  # of a recognised line's height: what a font's line takes

# The height of a recognised line says little about its letters, their mean advance more.
_LARGE_HEIGHT, _LARGE_ADVANCE = 1.2, 1.3  # times the page's: a heading in larger letters
_SMALL_HEIGHT, _SMALL_ADVANCE = 0.92, 0.93  # times the page's: small print
_BOLD_ADVANCE, _BOLD_LETTERS = 1.14, 8  # times the page's: bold letters, where there are enough to tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The words of a picture, twice: where they stand on it, and set upright for being put in order."""

    layer: TextLayer
    upright: TextLayer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Lines of a picture that was turned by `turns` quarters counterclockwise."""

    turns: int
    quads: Quads  # on the turned picture, pixels
    texts: tuple[str, ...]
    scores: NDArray[np.float64]
    cuts: tuple[tuple[tuple[float, float], ...], ...]  # of each line's words: from where to where, as shares

    @property
    def letters(self) -> NDArray[np.float64]:
        """How many characters each line has."""
        return np.array([len(text) for text in self.texts], dtype=np.float64)

    @property
    def sureness(self) -> float:
        """The lines' confidence, summed over their letters."""
        return float((self.scores * self.letters).sum())

    @property
    def sideways(self) -> bool:
        """Whether most letters are in lines that run up or down: these are read, but not in order."""
        sides = np.linalg.norm(self.quads[:, [1, 3]] - self.quads[:, [0, 0]], axis=2)
        return bool(self.letters[sides[:, 1] > sides[:, 0]].sum() > self.letters.sum() / 2)

    @property
    def doubts(self) -> tuple[int, ...]:
        """Turns that may show the page better."""
        if self.sideways:
            return 1, 3
        return (2,) if self.sureness < _DOUBTFUL * self.letters.sum() else ()


class Recogniser:
    """Loads its models when it first looks at a picture. Not to be shared between threads."""

    def __init__(self, threads: int = THREADS) -> None:
        self._engine = _engine(threads)

    def read(self, picture: Picture, scale: float) -> Recognised:
        """The words of a picture whose pixels are `scale` points wide, at most `PIXELS` of them."""
        found = self._seen(picture, 0)
        others = [self._seen(picture, turns) for turns in found.doubts]
        found = max(others if found.sideways else [found, *others], key=_sureness)
        return _recognised(found, picture.shape[0], picture.shape[1], scale)

    def _seen(self, picture: Picture, turns: int) -> _Found:
        turned = np.rot90(picture, turns)[:, :, ::-1]  # the models know blue, green, red
        corner, inked = _inked(turned)
        out = self._looked(np.ascontiguousarray(inked)) if inked.size else None
        if out is None or out.txts is None or out.boxes is None:
            return _Found(turns=turns, quads=np.empty((0, 4, 2)), texts=(), scores=np.empty(0), cuts=())
        lines = zip(out.boxes, out.txts, out.scores, out.word_results, strict=True)
        sure = [line for line in lines if line[2] >= _SURE and any(map(str.isalnum, line[1]))]
        return _Found(
            turns=turns,
            quads=np.array([quad for quad, *_ in sure], dtype=np.float64).reshape(-1, 4, 2) + corner,
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


def _sureness(found: _Found) -> float:
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
            "Global.use_cls": False,  # a page is turned as a whole, see `_Found.doubts`
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


def _recognised(found: _Found, height: int, width: int, scale: float) -> Recognised:
    """The layers of what was found on a picture of these sides, in pixels."""
    counts = [len(cuts) for cuts in found.cuts]
    firsts = tuple(np.cumsum([0, *counts])[:-1].tolist())
    words = tuple(word for text in found.texts for word in text.split())
    quads = _word_quads(found)
    sides = (width, height) if found.turns % 2 == 0 else (height, width)
    sizes, strong = _sizes(found)
    layer = TextLayer(
        words=words,
        boxes=_around(_turned_back(quads, found.turns, width, height)) * scale,
        lines=firsts,
        strong=strong,
        width=width * scale,
        height=height * scale,
        suspect=False,
    )
    return Recognised(
        layer=layer,
        upright=replace(
            layer,
            boxes=_upright(quads, found, np.repeat(sizes, counts)) * scale,
            width=sides[0] * scale,
            height=sides[1] * scale,
        ),
    )


def _word_quads(found: _Found) -> Quads:
    """The corners of each word, on the turned picture."""
    quads = [
        (
            top + (top_end - top) * a,
            top + (top_end - top) * b,
            low + (low_end - low) * b,
            low + (low_end - low) * a,
        )
        for (top, top_end, low_end, low), cuts in zip(found.quads, found.cuts, strict=True)
        for a, b in cuts
    ]
    return np.array(quads, dtype=np.float64).reshape(-1, 4, 2)


def _turned_back(quads: Quads, turns: int, width: int, height: int) -> Quads:
    """The corners on the picture as it came, `width` by `height`, before it was turned."""
    x, y = quads[..., 0], quads[..., 1]
    back = {0: (x, y), 1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}
    return np.stack(back[turns], axis=-1)


def _around(quads: Quads) -> NDArray[np.float64]:
    return np.hstack((quads.min(axis=1), quads.max(axis=1)))


def _upright(quads: Quads, found: _Found, sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes of the words as they would stand on a straight page, as high as their letters."""
    slant = _slant(found)
    turn = np.array(((np.cos(slant), -np.sin(slant)), (np.sin(slant), np.cos(slant))))
    straight = quads @ turn
    boxes = _around(straight)
    middles = straight[..., 1].mean(axis=1)
    boxes[:, 1], boxes[:, 3] = middles - sizes / 2, middles + sizes / 2
    return boxes


def _slant(found: _Found) -> float:
    """The angle at which the lines run down to the right, in radians."""
    long = found.quads[found.letters >= _SLANT_LETTERS]
    across = long[:, 1] - long[:, 0]
    return float(np.median(np.arctan2(across[:, 1], across[:, 0]))) if len(long) else 0.0


def _sizes(found: _Found) -> tuple[NDArray[np.float64], tuple[bool, ...]]:
    """Of each line the height of its letters, in pixels, and whether they are bold."""
    if not found.texts:
        return np.empty(0), ()
    letters = found.letters
    heights = np.linalg.norm(found.quads[:, 3] - found.quads[:, 0], axis=1)
    advances = np.linalg.norm(found.quads[:, 1] - found.quads[:, 0], axis=1) / letters
    usual = _weighted_median(heights, letters)
    height, advance = heights / usual, advances / _weighted_median(advances, letters)
    large = (height > _LARGE_HEIGHT) & (advance > _LARGE_ADVANCE) & (letters > 3)
    small = (height < _SMALL_HEIGHT) & (advance < _SMALL_ADVANCE)
    sizes = np.where(large | small, height, 1.0) * usual * _LETTER
    bold = large | ((advance > _BOLD_ADVANCE) & (letters >= _BOLD_LETTERS))
    return sizes, tuple(bold.tolist())


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])
