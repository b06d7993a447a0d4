"""The texts of files: of those that the command names, and of those that a value in them names.

A message about the second kind names the key, never the path: where a path is expected, people
paste the key itself.
"""

import codecs
import os
import select
import stat
from pathlib import Path

from inventory.imports.clouds.found import Unusable

LARGEST_BYTES = 1024 * 1024  # a cloudmesh.yaml is 15 KiB
PIPE_SECONDS = 60.0  # that the writer of a pipe may be silent
TOO_LARGE = f" is larger than {LARGEST_BYTES >> 20} MiB."
DENIED = ": permission denied. Run the command as a user who may read the file."


class Unreadable(Exception):
    """Why a file cannot be read, as the end of a sentence that begins with its name."""


def named_text(path: str | Path, *, key: str) -> str:
    """The text of the file that the value of ``key`` names. It is a regular file.

    Raises Unusable.
    """
    try:
        return decoded(contents(Path(path), pipes=False))
    except Unreadable as reason:
        raise Unusable(f"the file that its {key} names{str(reason).rstrip('.')}") from None


def contents(path: Path, *, pipes: bool) -> bytes:
    """Not empty. ``pipes``: whether a pipe is read as well, as of a shell's ``<(command)``.

    Raises Unreadable. Opening does not wait for a writer.
    """
    try:
        descriptor = os.open(path.expanduser(), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            body = _read(descriptor, pipes=pipes)
        finally:
            os.close(descriptor)
    except PermissionError:
        raise Unreadable(DENIED) from None
    except OSError as error:
        raise Unreadable(f": {error.strerror or error}.") from None
    except (ValueError, RuntimeError):  # a NUL in the path; the home of a user who is none
        raise Unreadable(" has an impossible name.") from None
    if len(body) > LARGEST_BYTES:
        raise Unreadable(TOO_LARGE)
    return body


def _read(descriptor: int, *, pipes: bool) -> bytes:
    """One byte more than the largest file has at most."""
    mode = os.fstat(descriptor).st_mode
    is_regular = stat.S_ISREG(mode)
    if not is_regular and (not pipes or stat.S_ISDIR(mode)):
        raise Unreadable(" is no file.")
    body = b""
    while len(body) <= LARGEST_BYTES:
        if not is_regular and not select.select([descriptor], [], [], PIPE_SECONDS)[0]:
            raise Unreadable(f" is a pipe into which nothing came for {PIPE_SECONDS:.0f} seconds.")
        part = os.read(descriptor, LARGEST_BYTES + 1 - len(body))
        if not part:
            break
        body += part
    return body


def decoded(body: bytes) -> str:
    """Raises Unreadable for what is empty or no text."""
    utf_16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # as PowerShell writes
    try:
        text = body.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Unreadable(f" is not text in UTF-8: see line {line}.") from None
    if not text.strip():
        raise Unreadable(" is empty.")
    return text


def existing(path: Path) -> bool:
    """False also for a path that may not be looked at: reading it shows the reason."""
    try:
        return path.exists()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """As ``existing``."""
    try:
        return path.is_dir()
    except OSError:
        return False
