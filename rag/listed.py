"""Lists as settings hold them: parts, separated by commas. Pure."""


def parts(listed: str) -> tuple[str, ...]:
    """What is listed, without blanks around it; empty parts are left out."""
    return tuple(part.strip() for part in listed.split(",") if part.strip())
