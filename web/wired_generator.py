"""The generator that the settings name; see wiring."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.generator_name import hub_name, is_folder
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.models.pulled import Pulled
    from rag.ports import Generator

QUOTES = "quotes"  # what an answer says of its writer where no model wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """A model in this process, not loaded yet."""

    label: str  # its name, with the revision where there is one, as answers keep it
    folder: Path | None  # None is the bundled one, which is converted first
    pulled: "Pulled | None" = None  # what must be in the folder, where that is known


def open_generator(settings: Settings) -> "Generator | None":
    """What writes answers: a server, a model in this process, or nothing. Raises ModelError."""
    if settings.generator_urls:
        return _remote(settings)
    chosen = local(settings)
    if chosen is None:
        return None
    if settings.generator != "auto":
        return _load(chosen, settings)
    try:
        return _load(chosen, settings)
    except (ModelError, RuntimeError) as error:  # nobody asked for it by name, so answers come in quotes
        import structlog

        structlog.get_logger().warning("generator_not_loaded", model=chosen.label, reason=str(error))
        return None


def local(settings: Settings) -> Local | None:
    """The model in this process that the settings mean, if they mean one. Raises ModelError where it is not there."""
    from rag.models import catalog, pulled

    given = settings.generator
    if given == QUOTES or settings.generator_urls:
        return None
    if given == "auto":
        return _best(settings)
    if given == "bundled":
        spec = catalog.BUNDLED_GENERATOR
        return Local(label=f"{spec.name}@{spec.revision}", folder=None)
    named = None if is_folder(given) else hub_name(given)
    if named is not None:
        return _pulled(pulled.find(settings.model_folder, named))
    folder = Path(given).expanduser()
    whole = pulled.read(folder)
    return _pulled(whole) if whole else Local(label=folder.name, folder=folder)


def in_use(settings: Settings) -> tuple[str, ...]:
    """What writes answers by these settings, without loading it: a model, servers, or quotes. Raises ModelError."""
    if settings.generator_urls:
        return settings.generator_urls
    chosen = local(settings)
    return (chosen.label if chosen else QUOTES,)


def _best(settings: Settings) -> Local | None:
    """The most able model of the catalogue that was pulled and fits a card; without a card none."""
    from rag.models import chat_catalog, detect, pulled, recommend
    from rag.models.torch_model import on_cuda

    if not on_cuda(settings.device):
        return None
    there = pulled.everything(settings.model_folder)
    known = [model for one in there if (model := chat_catalog.find(one.name)) is not None]
    best = recommend.best(known, detect.found(settings.device, settings.generator_bits))
    return _pulled(next(one for one in there if one.name == best.name)) if best else None


def _pulled(one: "Pulled") -> Local:
    return Local(label=one.label, folder=one.folder, pulled=one)


def _load(chosen: Local, settings: Settings) -> "Generator":
    from rag.models import catalog, gguf_chat
    from rag.models.batched import BatchedGenerator
    from rag.models.generate import LocalGenerator
    from rag.models.torch_model import on_cuda

    made = (BatchedGenerator if on_cuda(settings.device) else LocalGenerator)(
        chosen.folder or gguf_chat.converted(catalog.BUNDLED_GENERATOR, settings.model_folder),
        device=settings.device,
        context=settings.generator_context,
        tokens=settings.generator_tokens,
        seconds=settings.generator_seconds,
        waiting=settings.generator_waiting,
        bits=settings.generator_bits,
    )
    made.name = chosen.label
    return made


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
