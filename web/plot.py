"""Curves as SVG: one line in a frame with ticks, drawn by hand so that nothing needs to be installed. Pure."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 40, 56  # margins
TICKS = 5
FONT = 'font-family="sans-serif" font-size="12"'
POINTS_ONE_BY_ONE = 20  # up to so many are marked


def line_chart(title: str, across: str, up: str, points: Sequence[tuple[float, float]]) -> str:
    """A whole SVG document. ``up`` is drawn from 0 to 1, ``across`` from 0 (or, of counts, 1) to its largest."""
    first = 1.0 if points and min(x for x, _ in points) >= 1 else 0.0
    last = max((x for x, _ in points), default=1.0)
    span = (last - first) or 1.0
    placed = [(_x((x - first) / span), _y(y)) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    dots = placed if len(placed) <= POINTS_ONE_BY_ONE else []
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT}>',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{LEFT}" y="24" font-size="14">{escape(title)}</text>',
            *_grid(first, span),
            f'<text x="{_x(0.5):.0f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(across)}</text>',
            f'<text x="{-_y(0.5):.0f}" y="16" text-anchor="middle" transform="rotate(-90)">{escape(up)}</text>',
            f'<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="2"/>',
            *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#1f5fa8"/>' for x, y in dots),
            "</svg>\n",
        ]
    )


def _grid(first: float, span: float) -> list[str]:
    """Ticks and their lines, both ways."""
    drawn = []
    for at in range(TICKS + 1):
        share = at / TICKS
        x, y = _x(share), _y(share)
        drawn += [
            f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd" fill="none"/>',
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.1f}</text>',
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{first + share * span:.3g}</text>',
        ]
    return drawn


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
