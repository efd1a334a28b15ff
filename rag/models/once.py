"""A folder that is made once, by whichever process comes first, and is never seen half made."""

import shutil
from collections.abc import Callable
from pathlib import Path


def make_once(target: Path, is_done: Callable[[], bool], make: Callable[[Path], None]) -> None:
    """Have ``make`` fill a folder beside ``target``, which then becomes it, unless ``is_done`` by then.

    Raises OSError where there is no room or no right.
    """
    from filelock import FileLock

    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_name(target.name + ".lock")):
        if is_done():  # another process was quicker
            return
        stage = target.with_name(target.name + ".new")
        shutil.rmtree(stage, ignore_errors=True)  # of a run that was killed
        stage.mkdir()
        make(stage)
        shutil.rmtree(target, ignore_errors=True)
        stage.replace(target)
