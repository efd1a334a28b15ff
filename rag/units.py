"""Units of measure by many names, each as so many of a base: 2 weeks are 14 days, 1 km is 1000 m. Pure."""

import re
from collections.abc import Iterator
from fractions import Fraction
from types import MappingProxyType

# base, then its units: how many of the base one is, and what it is called
_MEASURES: tuple[tuple[str, dict[str, str]], ...] = (
    ("percent", {"1": "% percent per-cent pct prozent"}),
    ("percentage points", {"1": "percentage-points percentage-point pp"}),
    (
        "seconds",
        {
            "1": "seconds second secs sec",
            "60": "minutes minute mins min minuten",
            "3600": "hours hour hrs hr h stunden stunde",
            "86400": "days day calendar-days calendar-day d tage tagen tag",
            "604800": "weeks week wks wk wochen woche",
        },
    ),
    ("milliseconds", {"1": "ms milliseconds millisecond"}),
    ("working days", {"1": "working-days working-day business-days business-day workdays workday"}),
    (
        "months",
        {
            "1": "months month monate monaten monat",
            "3": "quarters",
            "12": "years year yrs yr jahre jahren jahr",
            "120": "decades decade",
            "1200": "centuries century",
        },
    ),
    (
        "metres",
        {
            "1/1000": "mm millimetres millimetre millimeters millimeter",
            "1/100": "cm centimetres centimetre centimeters centimeter",
            "1": "metres metre meters meter",
            "1000": "km kilometres kilometre kilometers kilometer",
        },
    ),
    ("miles", {"1": "miles mile mi"}),
    ("feet", {"1/12": "inches inch", "1": "feet foot ft", "3": "yards yard"}),
    ("square kilometres", {"1": "km² km2 sq-km square-kilometres square-kilometers"}),
    ("square miles", {"1": "sq-mi square-miles square-mile"}),
    ("square metres", {"1": "m² m2 sq-m square-metres square-meters"}),
    ("hectares", {"1": "ha hectares hectare"}),
    ("acres", {"1": "acres acre"}),
    (
        "grams",
        {
            "1/1000": "mg milligrams milligram",
            "1": "g grams gram",
            "1000": "kg kilograms kilogram kilos kilo",
            "1000000": "tonnes tonne",
        },
    ),
    ("pounds of mass", {"1": "lbs lb"}),
    ("litres", {"1/1000": "ml millilitres milliliters", "1": "l litres litre liters liter"}),
    ("bytes", {"1000": "kb", "1000000": "mb megabytes megabyte", "1000000000": "gb gigabytes gigabyte"}),
    ("watts", {"1": "w watts watt", "1000": "kw kilowatts kilowatt", "1000000": "mw megawatts megawatt"}),
    ("watt hours", {"1": "wh", "1000": "kwh", "1000000": "mwh"}),
    ("volts", {"1": "v volts volt"}),
    ("amperes", {"1": "amperes ampere amps amp"}),
    ("hertz", {"1": "hz hertz", "1000": "khz", "1000000": "mhz", "1000000000": "ghz"}),
    ("bars", {"1": "bars bar"}),
    ("degrees Celsius", {"1": "°c degrees-celsius celsius"}),
    ("degrees Fahrenheit", {"1": "°f degrees-fahrenheit fahrenheit"}),
    ("degrees", {"1": "° degrees degree"}),
    ("dollars", {"1": "usd us$ dollars dollar $", "1/100": "cents cent"}),
    ("euros", {"1": "eur euros euro €"}),
    ("pounds", {"1": "gbp £ pounds pound sterling"}),
    ("yen", {"1": "jpy yen ¥"}),
    ("francs", {"1": "chf francs franc"}),
    ("times", {"1": "times"}),
)
SCALES = MappingProxyType(
    {
        "hundred": 100, "thousand": 1000, "million": 10**6, "millions": 10**6, "mn": 10**6, "mio": 10**6,
        "millionen": 10**6, "millones": 10**6, "billion": 10**9, "billions": 10**9, "bn": 10**9, "mrd": 10**9,
        "milliarden": 10**9, "trillion": 10**12, "tn": 10**12, "dozen": 12,
    }
)  # fmt: skip
LETTERS = MappingProxyType(  # stuck to the digits: a scale, or a unit
    {"m": (10**6, ("metres", 1)), "k": (1000, None), "b": (10**9, None)}
)
PREFIXES = MappingProxyType(
    {
        "us$": "dollars", "$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "usd": "dollars", "eur": "euros",
        "gbp": "pounds", "chf": "francs", "jpy": "yen",
    }
)  # fmt: skip


def _named() -> Iterator[tuple[str, tuple[str, Fraction]]]:
    for base, units in _MEASURES:
        for factor, names in units.items():
            for name in names.split():
                yield name.replace("-", " "), (base, Fraction(factor))


UNITS = MappingProxyType(dict(_named()))
_LONGEST = "|".join(re.escape(name).replace(r"\ ", r"[\s-]") for name in sorted(UNITS, key=len, reverse=True))
_UNIT = re.compile(rf"[\s-]?({_LONGEST})(?![\w²])|\s?([mgG])\b(?!\.\w)", re.IGNORECASE)
_NAMED = re.compile(rf"(?<![\w²])({_LONGEST})(?![\w²])", re.IGNORECASE)


def unit_at(text: str, at: int) -> tuple[frozenset[str], Fraction, int]:
    """The bases that the unit behind a number may have, how many of the base it is, and where it ends.

    The base is "" where no unit follows. Pounds are money and mass.
    """
    found = _UNIT.match(text, at)
    if not found:
        return frozenset({""}), Fraction(1), at
    if found.group(2):
        return frozenset({"metres" if found.group(2) == "m" else "grams"}), Fraction(1), found.end()
    name = re.sub(r"[\s-]", " ", found.group(1).lower())
    base, factor = UNITS[name]
    bases = {base, "pounds of mass"} if name in ("pound", "pounds") else {base}
    return frozenset(bases), factor, found.end()


def named(text: str) -> frozenset[str]:
    """The bases of all units that a text names anywhere, as a table's header does for its rows."""
    return frozenset(
        UNITS[re.sub(r"[\s-]", " ", found.group(1).lower())][0] for found in _NAMED.finditer(text)
    )
