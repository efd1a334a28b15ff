"""Pulling a chat model: from a hub into a folder, file by file, checked, and only then called whole."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rag.errors import ModelError, Refused, StorageFull
from rag.generator_name import HubName
from rag.models import pulled
from rag.models.hub import Hub, HubFile, HubModel
from rag.models.pulled import Pulled
from rag.models.weights import sha256

# What is taken: weights that are mere numbers, and text. Pickles and code are not, for they could do anything.
WEIGHTS = re.compile(
    r"model(?:-\d+-of-\d+)?\.safetensors"
)  # others, such as consolidated ones, are the same again
TEXT = re.compile(r"\w[\w.-]*\.(?:json|txt|jinja|model|md)|(?:LICEN[CS]E|NOTICE|COPYING)[\w.-]*", re.ASCII)
INDEX = "model.safetensors.index.json"
NEEDED = ("config.json", "tokenizer_config.json")
SPARE = 100_000_000  # bytes that are left free

Progress = Callable[[str, int, int], None]  # the file, bytes of all files that are here, and of how many


def pull(hub: Hub, asked: HubName, target: Path | None, models: Path, tell: Progress) -> Pulled:
    """Bring the model ``target``, or to its place below ``models``. What was begun goes on from where it broke off.

    Raises NotFound, Refused, RetryableError, StorageFull, ModelError.
    """
    from filelock import FileLock

    model = hub.model(asked)
    files = wanted(model)
    folder = target or pulled.place(models, model.name, model.revision)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = pulled.place(models, model.name, "pull.lock")
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock):
            there = pulled.read(folder)
            if there and (there.name, there.revision) == (model.name, model.revision):
                pulled.check(there)
                return there
            _refuse_full(folder)
            stage = _stage(folder, model)
            _fetch(hub, model, files, stage, tell)
            return _finish(model, asked, files, stage, folder)
    except OSError as error:
        raise ModelError(
            f"The model cannot be put into {folder} ({error.strerror or error}). Make room or rights and pull again."
        ) from error


def wanted(model: HubModel) -> list[HubFile]:
    """The files of a model that are taken. Raises Refused where its weights are no safetensors, ModelError for none."""
    taken = [file for file in model.files if WEIGHTS.fullmatch(file.name) or _is_text(file.name)]
    if not any(WEIGHTS.fullmatch(file.name) for file in taken):
        pickles = ", ".join(
            file.name for file in model.files if file.name.endswith((".bin", ".pt", ".pth", ".pkl"))
        )
        raise Refused(
            f"{model.name} has no weights as safetensors"
            + (f", only as pickles ({pickles}), which can run code when they are loaded" if pickles else "")
            + ". Nothing was pulled; choose another model: `footnote models list` shows some."
        )
    names = {file.name for file in taken}
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise ModelError(f"{model.name} is no chat model for transformers: it has no {', '.join(missing)}.")
    return taken


def _is_text(name: str) -> bool:
    return TEXT.fullmatch(name) is not None and name != pulled.LIST  # which is for us to write


def _refuse_full(folder: Path) -> None:
    """Nothing of anybody's is overwritten. Raises Refused."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} holds something else already. Name a folder that is empty or not there yet.")


def _stage(folder: Path, model: HubModel) -> Path:
    """The folder beside it that is filled; what another commit left in it is removed."""
    stage = folder.with_name(folder.name + ".part")
    note = stage / pulled.BEGUN
    if stage.exists() and (not note.is_file() or note.read_text("utf-8") != _begun(model)):
        if not note.is_file() and any(stage.iterdir()):
            raise Refused(f"{stage} is in the way. Move it elsewhere and pull again.")
        shutil.rmtree(stage)
    stage.mkdir(exist_ok=True)
    note.write_text(_begun(model), encoding="utf-8")
    return stage


def _begun(model: HubModel) -> str:
    return f"{model.name}@{model.revision}\n"


def _fetch(hub: Hub, model: HubModel, files: Sequence[HubFile], stage: Path, tell: Progress) -> None:
    total = sum(file.size for file in files)
    here = sum(min(_size(stage / file.name), file.size) for file in files)
    free = shutil.disk_usage(stage).free
    if total - here + SPARE > free:
        raise StorageFull(
            f"{model.name} needs {(total - here) / 1e9:.1f} GB more in {stage.parent}, where {free / 1e9:.1f} GB are "
            "free. Make room and pull again, or name another disk with --to."
        )
    for file in files:
        tell(file.name, here, total)

        def follow(count: int, file: HubFile = file) -> None:
            nonlocal here
            here += count
            tell(file.name, here, total)

        hub.fetch(model, file, stage / file.name, follow)
        _check(model, file, stage / file.name)


def _check(model: HubModel, file: HubFile, path: Path) -> None:
    """Raises ModelError unless it is the file that the hub named; a wrong one is removed."""
    if path.stat().st_size == file.size and _hash(file, path) == (file.sha256 or file.blob):
        return
    path.unlink()
    raise ModelError(
        f"{file.name} of {model.name} is not what the hub says it is: its hash is another. It was thrown away; pull "
        "again, and tell whoever runs the hub if it stays so."
    )


def _hash(file: HubFile, path: Path) -> str:
    """As the hub counts it: sha256 of a large file, what git calls a small one."""
    if file.sha256:
        return sha256(path)
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _finish(model: HubModel, asked: HubName, files: Sequence[HubFile], stage: Path, folder: Path) -> Pulled:
    """Write the list and give the folder its name."""
    _complete(model, stage)
    (stage / pulled.BEGUN).unlink()
    listed = {file.name: (file.size, file.sha256 or sha256(stage / file.name)) for file in files}
    made = {
        "name": model.name,
        "revision": model.revision,
        "asked": asked.revision or "main",
        "licence": model.licence,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    Pulled(folder=stage, files=listed, **made).write()
    if folder.is_dir():  # an empty one
        folder.rmdir()
    stage.replace(folder)
    return Pulled(folder=folder, files=listed, **made)


def _complete(model: HubModel, stage: Path) -> None:
    """Raises ModelError where the list of shards names one that did not come."""
    if not (stage / INDEX).is_file():
        return
    try:
        shards = set(json.loads((stage / INDEX).read_bytes())["weight_map"].values())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{INDEX} of {model.name} cannot be read, so it is not known what belongs to it."
        ) from error
    missing = sorted(
        str(name) for name in shards if not WEIGHTS.fullmatch(str(name)) or not _size(stage / str(name))
    )
    if missing:
        raise ModelError(f"{model.name} is not whole on the hub: {', '.join(missing)} is missing.")
