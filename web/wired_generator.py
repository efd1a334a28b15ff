"""The generator that the settings name; see wiring."""

from pathlib import Path
from typing import TYPE_CHECKING

from rag.settings import Settings

if TYPE_CHECKING:
    from rag.ports import Generator


def open_generator(settings: Settings) -> "Generator | None":
    """What writes answers: a server, a model in this process, or nothing. Raises ModelError."""
    if settings.generator_urls:
        return _remote(settings)
    if settings.generator in ("auto", "quotes"):
        return None
    return _local(settings)


def _remote(settings: Settings) -> "Generator":
    from rag.models.remote import RemoteGenerator

    return RemoteGenerator(
        settings.generator_urls,
        model=settings.generator_model,
        key=settings.generator_key.get_secret_value() if settings.generator_key else "",
        room=settings.generator_context - settings.generator_tokens,
        tokens=settings.generator_tokens,
        seconds=settings.generator_seconds,
    )


def _local(settings: Settings) -> "Generator":
    from rag.models import catalog, gguf_chat
    from rag.models.generate import LocalGenerator

    if settings.generator == "bundled":
        folder = gguf_chat.converted(catalog.BUNDLED_GENERATOR, settings.model_folder)
    else:
        folder = Path(settings.generator).expanduser()
    return LocalGenerator(
        folder,
        device=settings.device,
        context=settings.generator_context,
        tokens=settings.generator_tokens,
        seconds=settings.generator_seconds,
    )
