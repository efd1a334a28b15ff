"""The shapes of a slide where they stand: groups taken apart, in the order in which people read them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_CHILD = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ROWS = 20  # a slide's height in bands: shapes whose tops stand in the same one are read from left to right
_RUNNING = ("SLIDE_NUMBER", "DATE", "FOOTER", "HEADER")  # placeholders that every slide repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A place on a slide, in the presentation's own units."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether two boxes have a point in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A shape that is no group, with its place on the slide, None where it is not known."""

    shape: Any
    box: Box | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """How a group moves and stretches what is in it."""

    x: float = 0
    y: float = 0
    across: float = 1
    down: float = 1

    def box(self, shape: Any) -> Box | None:
        """Where a shape of the group stands on the slide."""
        sides = (shape.left, shape.top, shape.width, shape.height)
        if any(side is None for side in sides):
            return None
        left, top, width, height = sides
        return Box(
            left=self.x + left * self.across,
            top=self.y + top * self.down,
            right=self.x + (left + width) * self.across,
            bottom=self.y + (top + height) * self.down,
        )

    def within(self, group: Any) -> "_Frame":
        """The frame of a group in this one."""
        box, inner = self.box(group), group._element.grpSpPr.find(f".//{_CHILD}chExt")
        offset = group._element.grpSpPr.find(f".//{_CHILD}chOff")
        if box is None or inner is None or offset is None:
            return self
        across = (box.right - box.left) / (int(inner.get("cx")) or 1)
        down = (box.bottom - box.top) / (int(inner.get("cy")) or 1)
        return _Frame(
            box.left - int(offset.get("x")) * across, box.top - int(offset.get("y")) * down, across, down
        )


def placed(shapes: Any, frame: _Frame = _Frame(), *, hidden: bool = False) -> Iterator[Placed]:
    """The shapes of a slide from back to front, those of groups in the place of these."""
    from pptx.shapes.group import GroupShape

    for shape in shapes:
        gone = hidden or shape._element._nvXxPr.cNvPr.get("hidden") in ("1", "true")
        if isinstance(shape, GroupShape):
            yield from placed(shape.shapes, frame.within(shape), hidden=gone)
        elif not (shape.is_placeholder and shape.placeholder_format.type.name in _RUNNING):
            yield Placed(shape=shape, box=frame.box(shape), hidden=gone)


def in_order(shapes: Sequence[Placed], title: Any, height: float) -> list[Placed]:
    """Shapes as they are read: the title, then from the top down, and from left to right."""

    def place(each: Placed) -> tuple[bool, float, float]:
        first = title is not None and each.shape.shape_id == title.shape_id
        if each.box is None:
            return not first, _ROWS, 0.0
        return not first, each.box.top * _ROWS // (height or 1), each.box.left

    return sorted(shapes, key=place)
