"""Models as their own commands need them: listed, pulled, chosen and tried; see wiring."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import generator_name
from rag.errors import ModelError, NotFound
from rag.generator_name import HubName, hub_name, is_folder
from rag.message import Message
from rag.settings import Settings
from web.wired_generator import QUOTES, in_use, local

if TYPE_CHECKING:
    from rag.models.hardware import Hardware
    from rag.models.pulled import Pulled
    from rag.ports import Generator

Progress = Callable[[str, int, int], None]  # the file, bytes of all files that are here, and of how many
Row = dict[str, object]

TRIED = (
    Message(role="system", content="You answer in one short sentence."),
    Message(role="user", content="Are you ready to answer questions?"),
)
LINE = 120  # characters of that answer


def known_models(settings: Settings) -> list[Row]:
    """Every model there is: kind, name, licence, revision, and whether it is on disk and in use.

    Those that write also say their size, the memory they need, whether that fits, and whether they are recommended.
    Raises ModelError where there is no sound reader in the folder that the settings name.
    """
    from rag.models import catalog

    embedders = [
        _row("embedder", spec.name, spec.licence, spec.revision, in_use=spec.name == settings.embedder)
        for spec in catalog.EMBEDDERS
    ]
    folder = settings.reader_folder
    readers = [] if folder is None else [_reader(folder)]
    return [*embedders, *readers, *_generators(settings)]


def advice(settings: Settings) -> str:
    """How to get answers in a model's words, where none are given; empty where they are."""
    from rag.models import detect, recommend

    try:
        if in_use(settings) != (QUOTES,):
            return ""
    except ModelError as error:
        return str(error)
    best = recommend.recommended(detect.found(settings.device, settings.generator_bits))
    if best is None:
        return "Answers come in quotes. No model of the catalogue fits this machine; a server's may: docs/models.md."
    return (
        f"Answers come in quotes. For answers in a model's words: footnote models pull {best.name}, then "
        f"footnote models use {best.name}."
    )


def pull(settings: Settings, name: str, revision: str, to: Path | None, tell: Progress) -> "Pulled":
    """Bring a model from the hub to this machine, or into a folder to carry.

    Without a revision it is the catalogue's, else that which is here already, else the hub's newest; so a name means
    the same weights until somebody asks for others. Raises NotFound and what `rag.models.pull` raises.
    """
    from rag.models import pulled
    from rag.models.hub import Hub
    from rag.models.pull import pull

    asked = _asked(name, revision)
    if not asked.revision and to is None:
        there = [one for one in pulled.everything(settings.model_folder) if one.name == asked.name]
        if there:
            pulled.check(there[0])
            return there[0]
    return pull(Hub(), asked, to, settings.model_folder, tell)


def choice(settings: Settings, what: str) -> str:
    """What FOOTNOTE_GENERATOR must say for it to write answers. Raises ModelError where it is not there, NotFound."""
    from rag.models import catalog, pulled, weights

    if what == "bundled":
        weights.check(catalog.BUNDLED_GENERATOR, weights.installed(catalog.BUNDLED_GENERATOR))
    if what in generator_name.WORDS or generator_name.urls(what):
        return what
    if is_folder(what):
        return str(_chat_folder(Path(what).expanduser().resolve()))
    one = pulled.find(settings.model_folder, _named(what))
    pulled.check(one)
    return f"{one.name}@{one.revision}"


def check(settings: Settings) -> None:
    """Raises ModelError unless the files of the model that writes are there to the bit, where that is known."""
    from rag.models import pulled

    chosen = local(settings)
    if chosen and chosen.pulled:
        pulled.check(chosen.pulled)


def one_line(generator: "Generator") -> str:
    """What a generator says when it is tried. Raises GeneratorFailed."""
    said = ""
    with closing(generator.stream(TRIED)) as pieces:
        for piece in pieces:
            said = f"{said}{piece}".lstrip()
            if "\n" in said or len(said) >= LINE:
                break
    return said.partition("\n")[0][:LINE].strip()


def _row(kind: str, name: str, licence: str, revision: str, *, in_use: bool, **more: object) -> Row:
    told: Row = {"kind": kind, "name": name, "licence": licence, "revision": revision}
    return {**told, "in_use": in_use, "on_disk": True, **more}


def _reader(folder: Path) -> Row:
    from rag.models import reader_files

    card = reader_files.card(folder)
    revision = card["files"][reader_files.WEIGHTS][:12]
    return _row("reader", folder.name, card.get("licence", ""), revision, in_use=True)


def _generators(settings: Settings) -> list[Row]:
    """The bundled one, those of the catalogue, others that were pulled, and what else the settings name."""
    from rag.models import chat_catalog, detect, pulled
    from rag.models.catalog import BUNDLED_GENERATOR as SPEC

    used, hardware = set(_used(settings)), detect.found(settings.device, settings.generator_bits)
    there = pulled.everything(settings.model_folder)
    bundled = f"{SPEC.name}@{SPEC.revision}"
    rows = [_row("generator", SPEC.name, SPEC.licence, SPEC.revision, in_use=bundled in used)]
    listed = {bundled}
    for model in chat_catalog.CHAT_MODELS:
        here = [one for one in there if one.name == model.name]
        rows.append(_of_catalogue(model, here, hardware, used))
    for one in there:
        listed.add(one.label)
        if chat_catalog.find(one.name) is None:
            more = {"size": one.size}
            row = _row("generator", one.name, one.licence, one.revision, in_use=one.label in used, **more)
            rows.append(row)
    others, on_disk = sorted(used - listed - {QUOTES}), is_folder(settings.generator)
    return rows + [_row("generator", name, "", "", in_use=True, on_disk=on_disk) for name in others]


def _of_catalogue(model: Any, here: "list[Pulled]", hardware: "Hardware", used: set[str]) -> Row:
    from rag.models import recommend

    best = recommend.recommended(hardware)
    chosen = [one for one in here if one.label in used]
    return _row(
        "generator",
        model.name,
        model.licence,
        (chosen or here)[0].revision if here else model.revision,
        in_use=bool(chosen),
        on_disk=bool(here),
        parameters=model.parameters,
        size=model.size,
        memory=recommend.memory(model, hardware),
        context=model.context,
        fits=recommend.fits(model, hardware),
        recommended=best is not None and best.name == model.name,
    )


def _used(settings: Settings) -> tuple[str, ...]:
    """What writes answers; where that is not there, its name all the same."""
    try:
        return in_use(settings)
    except ModelError:
        return (settings.generator,)


def _asked(name: str, revision: str) -> HubName:
    """The model that is meant, with the catalogue's revision where none is named."""
    from rag.models import chat_catalog

    named = _named(name)
    known = chat_catalog.find(named.name)
    return HubName(name=named.name, revision=revision or named.revision or (known.revision if known else ""))


def _named(name: str) -> HubName:
    """A hub's name; of a model of the catalogue the last part will do. Raises NotFound."""
    from rag.models import chat_catalog

    base, _, revision = name.partition("@")
    known = chat_catalog.find(base)
    named = hub_name(f"{known.name}@{revision}" if known and revision else known.name if known else name)
    if named is None:
        raise NotFound(
            f"There is no model {name!r}: it is no folder, and no name of a hub's model is like that (owner/name). "
            f"Did you mean {_nearest(name)!r}? `footnote models list` shows all of the catalogue."
        )
    return named


def _nearest(name: str) -> str:
    from difflib import SequenceMatcher

    from rag.models.chat_catalog import CHAT_MODELS

    names = [model.name for model in CHAT_MODELS]
    return max(names, key=lambda known: SequenceMatcher(None, name.lower(), known.lower()).ratio())


def _chat_folder(folder: Path) -> Path:
    """The folder, if a chat model of transformers is in it. Raises ModelError."""
    from rag.models import pulled

    one = pulled.read(folder)
    if one:
        pulled.check(one)
        return folder
    whole = (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))
    if not whole and not any(folder.glob("*.gguf")):
        raise ModelError(
            f"There is no chat model in {folder}: config.json or the weights as safetensors are missing. Carry the "
            "whole folder that `footnote models pull … --to FOLDER` wrote."
        )
    return folder
