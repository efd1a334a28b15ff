"""A chat model on this machine that came from a hub: a folder with a list of what must be in it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.generator_name import HubName
from rag.models.weights import sha256

LIST = "footnote-model.json"  # in the folder; written last, so that no half of a model has it
BEGUN = "footnote-model.begun"  # in a folder that is being filled
SHELF = "chat"  # in the folder of models
FORMAT = 1  # raise it where the list changes
BRIEF = 12  # characters of a commit that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A folder that holds all of a model."""

    folder: Path
    name: str
    revision: str  # the commit that the hub named
    asked: str  # the revision that was asked for: a branch, a tag, or that commit
    licence: str
    at: str  # when it was whole, ISO 8601
    files: dict[str, tuple[int, str]]  # name: size, sha256

    @property
    def label(self) -> str:
        """Its name and revision, as answers keep it."""
        return f"{self.name}@{self.revision[:BRIEF]}"

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(size for size, _ in self.files.values())

    def write(self) -> None:
        """Put the list into the folder."""
        told = {
            "format": FORMAT,
            "name": self.name,
            "revision": self.revision,
            "asked": self.asked,
            "licence": self.licence,
            "at": self.at,
            "files": {name: {"size": size, "sha256": hashed} for name, (size, hashed) in self.files.items()},
        }
        (self.folder / LIST).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def place(models: Path, name: str, revision: str) -> Path:
    """Where a model of that name and commit lies below the folder of models."""
    return models / SHELF / name / revision


def read(folder: Path) -> Pulled | None:
    """What the folder's list says; None where it has none. Raises ModelError for a list that is damaged."""
    if not (folder / LIST).is_file():
        return None
    try:
        return _pulled(folder, json.loads((folder / LIST).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The list of the model in {folder} ({LIST}) is damaged. Pull it again.") from error


def _pulled(folder: Path, told: dict[str, Any]) -> Pulled:
    if told["format"] != FORMAT:
        raise ValueError(told["format"])
    words = {key: str(told[key]) for key in ("name", "revision", "asked", "licence", "at")}
    files = {str(name): (int(each["size"]), str(each["sha256"])) for name, each in told["files"].items()}
    return Pulled(folder=folder, files=files, **words)


def everything(models: Path) -> list[Pulled]:
    """Every model that was pulled to this folder of models, the latest first; damaged ones left out."""
    found = []
    for listed in (models / SHELF).glob(f"*/*/*/{LIST}"):
        try:
            one = read(listed.parent)
        except ModelError:
            continue
        found += [one] if one and listed.parent == place(models, one.name, one.revision) else []
    return sorted(found, key=lambda one: one.at, reverse=True)


def find(models: Path, wanted: HubName) -> Pulled:
    """The model of that name, its latest where no revision is named. Raises ModelError where it is not on disk."""
    for one in everything(models):
        if one.name == wanted.name and _is(one, wanted.revision):
            return one
    raise ModelError(
        f"The model {wanted} is not on this machine. Get it with `footnote models pull {wanted}`, or name a folder, or "
        "`footnote models list` for what there is."
    )


def _is(one: Pulled, revision: str) -> bool:
    brief = len(revision) >= BRIEF and one.revision.startswith(revision)
    return not revision or brief or revision == one.asked


def check(one: Pulled) -> None:
    """Raises ModelError unless every file of the list is there, to the bit."""
    for name, (size, expected) in one.files.items():
        path = one.folder / name
        try:
            sound = path.stat().st_size == size and sha256(path) == expected
        except OSError:
            sound = False
        if not sound:
            raise ModelError(
                f"The model {one.label} cannot be used: {name} in {one.folder} is missing or damaged. Remove that "
                f"folder and pull it again: footnote models pull {one.name}@{one.revision}"
            )
