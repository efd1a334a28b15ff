"""Colours of a presentation, as far as they are plain: what text in the colour of its background needs."""

from typing import Any

from ingest.parsers.hiding import PAPER

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"


def colour(element: Any, slide: Any) -> str | None:
    """The six hex digits of the colour that an element holds; None where it holds none, or a changed one."""
    for named in element if element is not None else ():
        if len(named):  # lighter, darker or transparent: not worked out
            return None
        if named.tag == f"{_A}srgbClr":
            return str(named.get("val")).upper()
        if named.tag == f"{_A}sysClr":
            return str(named.get("lastClr")).upper()
        if named.tag == f"{_A}schemeClr":
            return _of_theme(str(named.get("val")), slide)
    return None


def background(slide: Any) -> str | None:
    """A slide's own colour, its layout's or its master's; None for a picture or a gradient."""
    layout = slide.slide_layout
    for each in (slide, layout, layout.slide_master):
        found = each._element.find(f"{_P}cSld/{_P}bg")
        if found is not None:
            plain = found.find(f"{_P}bgPr/{_A}solidFill")
            return colour(plain if plain is not None else found.find(f"{_P}bgRef"), slide)
    return PAPER


def fill(shape: Any, slide: Any) -> tuple[bool, str | None]:
    """Whether a shape is filled, and with which colour (None for what is not plain)."""
    element = shape._element
    properties = element.find(f"{_P}spPr")
    if properties is None:
        return True, None
    plain = properties.find(f"{_A}solidFill")
    if plain is not None:
        return True, colour(plain, slide)
    if any(
        properties.find(f"{_A}{kind}") is not None for kind in ("gradFill", "blipFill", "pattFill", "grpFill")
    ):
        return True, None
    style = element.find(f"{_P}style/{_A}fillRef")
    bare = properties.find(f"{_A}noFill") is not None or style is None or style.get("idx") == "0"
    return (False, None) if bare else (True, colour(style, slide))


def _of_theme(name: str, slide: Any) -> str | None:
    """A colour by its name in the master's colour map and theme."""
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.oxml import parse_xml

    master = slide.slide_layout.slide_master
    names = master._element.find(f"{_P}clrMap")
    name = names.get(name, name) if names is not None else name
    try:
        theme = parse_xml(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    except KeyError:
        return None
    found = theme.find(f"{_A}themeElements/{_A}clrScheme/{_A}{name}")
    return colour(found, slide) if found is not None else None
