"""The one way to a model hub: what a model there consists of, and its files. Only `footnote models pull` goes there.

The hub is huggingface_hub's own, or the one that HF_ENDPOINT names; a token is taken from where that library looks
(HF_TOKEN, or its login). Nothing is told to the hub but what is asked for.
"""

import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from logging import ERROR, getLogger
from pathlib import Path
from typing import Any, Self

from rag.errors import ModelError, NotFound, Refused, RetryableError, StorageFull
from rag.generator_name import HubName

COMMIT = re.compile(r"[0-9a-f]{40}")
QUIET = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1"}  # for huggingface_hub
SECONDS = 30.0  # until the hub says what a model consists of
Follow = Callable[[int], None]  # told how many bytes came in since


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """A file of a model, and what its content must hash to."""

    name: str
    size: int
    sha256: str  # of a large file; empty for a small one
    blob: str  # git's sha1 of a small one


@dataclass(frozen=True, slots=True, kw_only=True)
class HubModel:
    """A model at one commit."""

    name: str
    revision: str  # the commit
    licence: str
    files: tuple[HubFile, ...]


class Hub:
    """Asks the hub. Every method raises RetryableError where it cannot be reached."""

    def __init__(self, endpoint: str | None = None) -> None:
        """``endpoint`` stands in for the hub that the environment names."""
        os.environ.update(QUIET)
        from huggingface_hub import HfApi

        getLogger("huggingface_hub").setLevel(ERROR)  # it retries aloud
        self._endpoint = (endpoint or os.environ.get("HF_ENDPOINT") or "").rstrip("/") or None
        self._api = HfApi(endpoint=self._endpoint)

    def model(self, asked: HubName) -> HubModel:
        """What the model is at this revision. Raises NotFound, and Refused where its licence is not agreed to."""
        with _explained(asked):
            told = self._api.model_info(
                asked.name, revision=asked.revision or None, files_metadata=True, timeout=SECONDS
            )
            return _model(asked, told)

    def fetch(self, model: HubModel, file: HubFile, to: Path, follow: Follow) -> None:
        """Bring the file ``to`` a path, or the rest of it where a part is there already.

        Raises StorageFull where there is no room.
        """
        from huggingface_hub import hf_hub_url
        from huggingface_hub.file_download import http_get
        from huggingface_hub.utils._headers import build_hf_headers

        asked = HubName(name=model.name, revision=model.revision)
        url = hf_hub_url(model.name, file.name, revision=model.revision, endpoint=self._endpoint)
        with to.open("ab") as stream, _explained(asked):
            if stream.tell() > file.size:  # it cannot be the beginning of the file
                stream.truncate(0)
            http_get(
                url,
                stream,
                resume_size=stream.tell(),
                headers={**build_hf_headers(), "Accept-Encoding": "identity"},
                expected_size=file.size,
                tqdm_class=_bars(follow),
            )


def _model(asked: HubName, told: Any) -> HubModel:
    if not COMMIT.fullmatch(told.sha or ""):
        raise ModelError(f"The hub names no commit for {asked}, so that it could not be told from others.")
    card = told.card_data or {}
    return HubModel(
        name=asked.name,
        revision=told.sha,
        licence=str(card.get("license_name") or card.get("license") or ""),
        files=tuple(_file(asked, each) for each in told.siblings or ()),
    )


def _file(asked: HubName, told: Any) -> HubFile:
    large = told.lfs
    if told.size is None or (large is None and told.blob_id is None):
        raise ModelError(
            f"The hub does not say how large the files of {asked} are, so they cannot be checked."
        )
    return HubFile(
        name=told.rfilename,
        size=int(large.size if large else told.size),
        sha256=large.sha256 if large else "",
        blob="" if large else told.blob_id,
    )


class _Bar:
    """What huggingface_hub takes for a bar of progress."""

    def __init__(self, follow: Follow) -> None:
        self._follow = follow

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, count: float | None = 1) -> None:
        self._follow(int(count or 0))


def _bars(follow: Follow) -> Any:
    """Where it looks for a class of bars."""
    return lambda **_: _Bar(follow)


@contextmanager
def _explained(asked: HubName) -> Iterator[None]:
    """Turns what huggingface_hub raises into errors of ours, which say what to do."""
    from httpx2 import HTTPError
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError as error:
        raise Refused(
            f"The hub gives {asked} only to those who agreed to its licence: do so on the model's page there, make an "
            "access token, and pull again with HF_TOKEN=… before the command."
        ) from error
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError) as error:
        what = "model" if isinstance(error, errors.RepositoryNotFoundError) else "revision"
        raise NotFound(
            f"The hub knows no {what} {asked}. `footnote models list` shows names that it knows; a private one needs "
            "HF_TOKEN."
        ) from error
    except errors.OfflineModeIsEnabled as error:
        raise Refused(
            "HF_HUB_OFFLINE forbids to go to the hub. Unset it, or carry a folder here: `footnote models pull "
            f"{asked} --to FOLDER` on a machine that may."
        ) from error
    except (HTTPError, OSError) as error:
        raise _trouble(asked, error) from error
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:  # of its name, or of what the hub said of it
        raise ModelError(f"{asked} cannot be pulled: {_said(error)}") from error


def _trouble(asked: HubName, error: Exception) -> Exception:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(
            f"There is no room left for {asked}. Make room and pull again: it goes on from there."
        )
    return RetryableError(
        f"The hub could not be asked for {asked} ({_said(error)}). Pull again: what has come is kept, and it goes "
        "on from there."
    )


def _said(error: Exception) -> str:
    """The library's words, in one line that is not too long."""
    return " ".join(str(error).split())[:200] or type(error).__name__
