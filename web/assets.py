"""Styles, scripts and pictures of the pages: sent small, kept by browsers, and asked about each time.

Only what is the same for everybody is compressed: a page holds a secret beside words that others may have put there,
and how well the two compress together would tell of the secret (the attack is known as BREACH).
"""

from os import PathLike, stat_result
from typing import Any

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

LEAST = 500  # bytes below which compressing does not pay


def assets(folder: str | PathLike[str]) -> ASGIApp:
    """An application that gives out the files of a folder."""
    return GZipMiddleware(_Kept(directory=folder), minimum_size=LEAST)


class _Kept(StaticFiles):
    """Files that a browser keeps, and asks each time whether they have changed."""

    def file_response(
        self, full_path: str | PathLike[str], stat: stat_result, scope: Any, status_code: int = 200
    ) -> Response:
        """One file, or that it is as it was."""
        response = super().file_response(full_path, stat, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        return response
