"""Days and figures as people of a language write them."""

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from web.insight.period import Part


@dataclass(frozen=True, slots=True)
class Said:
    """Values as text, in the language of this code."""

    code: str

    def day(self, day: date | datetime) -> str:
        """A day with its year."""
        return format_date(day, "medium", locale=self.code)

    def short(self, day: date) -> str:
        """A day without its year."""
        return str(format_skeleton("MMMd", day, locale=self.code))

    def part(self, part: Part) -> str:
        """The day of a part, or its first and last."""
        if part.first == part.last:
            return self.day(part.first)
        return f"{self.day(part.first)} – {self.day(part.last)}"

    def seconds(self, seconds: float) -> str:
        """Seconds with as many digits as tell something."""
        places = "#,##0.00" if seconds < 10 else "#,##0"
        return str(format_decimal(seconds, places, locale=self.code))

    def share(self, count: int, whole: int) -> str:
        """A part of a whole in percent; a dash where there is none."""
        return str(format_percent(count / whole, locale=self.code)) if whole else "–"
