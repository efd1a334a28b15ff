"""One message of a chat with a language model. Pure."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Who says it, and what."""

    role: Role
    content: str
