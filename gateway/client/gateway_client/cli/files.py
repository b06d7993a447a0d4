"""Files that are written as a whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .exits import refuse


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file beside ``path``, which takes its place when the block ends without an error.

    A device or a pipe, as /dev/stdout, is written to itself. Raises CommandError if ``path``
    cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                yield file
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        refuse(f"{path} cannot be written: {error.strerror}.")
