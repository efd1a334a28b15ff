"""How pages are looked at: the screens and the tastes of those who use them."""

from typing import Any

TABLET = {"width": 1000, "height": 800}
PHONE = {"width": 390, "height": 844}
TO_THE_LEFT = "document.documentElement.dir = 'rtl'"
RIGHT_TO_LEFT = "right to left"  # a look whose name ends so is turned around: see `turned`

LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True},
    RIGHT_TO_LEFT: {},
}
EVERY_LOOK = LOOKS | {
    "tablet": {"viewport": TABLET},
    "dark phone": LOOKS["phone"] | {"color_scheme": "dark"},
    f"tablet {RIGHT_TO_LEFT}": {"viewport": TABLET},
    f"phone {RIGHT_TO_LEFT}": LOOKS["phone"],
}
READERS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": LOOKS["dark"],
    "phone, in German": {"viewport": PHONE, "locale": "de-DE"},
    "forced colours": {"forced_colors": "active"},
}


def turned(page: Any, look: str) -> Any:
    """Write the page from right to left where the look says so; gives the page back."""
    if look.endswith(RIGHT_TO_LEFT):
        page.evaluate(TO_THE_LEFT)
    return page
