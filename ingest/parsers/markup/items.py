"""The lists around what is being read, and the marks of their items: "• ", "3. ". Pure."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Items:
    """Counts the items of lists within lists, however badly these are closed."""

    _counts: list[int | None] = field(default_factory=list)  # of each open list: its next number, or bullets
    _marks: list[str] = field(default_factory=list)  # of each open item, until it is written

    def open_list(self, first: int | None) -> None:
        """Begin a list that counts from `first`, or has bullets."""
        self._counts.append(first)

    def close_list(self) -> None:
        """End the innermost list."""
        if self._counts:
            self._counts.pop()

    def open(self) -> None:
        """Begin an item; one outside of any list has a bullet."""
        number = self._counts[-1] if self._counts else None
        if number is None:
            self._marks.append("• ")
        else:
            self._marks.append(f"{number}. ")
            self._counts[-1] = number + 1

    def close(self) -> None:
        """End the innermost item."""
        if self._marks:
            self._marks.pop()

    @property
    def mark(self) -> str:
        """The mark that the innermost item still waits for; empty where it is written, or there is none."""
        return self._marks[-1] if self._marks else ""

    @property
    def level(self) -> int:
        """How many lists are around the innermost one."""
        return max(0, len(self._counts) - 1)

    def take(self) -> str:
        """The mark, to be written now."""
        mark = self.mark
        if self._marks:
            self._marks[-1] = ""
        return mark
