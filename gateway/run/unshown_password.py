"""A small file names the user whose generated password was not shown yet.

A start may be interrupted after the password was generated and before it was shown. The next start
then generates a new one.
"""

from pathlib import Path


def note_unshown(data_dir: Path, name: str) -> None:
    """The password of the user ``name`` was generated and is not shown yet."""
    _path(data_dir).write_text(name)


def is_unshown(data_dir: Path, name: str) -> bool:
    path = _path(data_dir)
    return path.exists() and path.read_text() == name


def password_shown(data_dir: Path, name: str) -> None:
    """The user ``name`` knows the password; does nothing where that was known."""
    if is_unshown(data_dir, name):
        _path(data_dir).unlink()


def _path(data_dir: Path) -> Path:
    return data_dir / "admin-password-not-shown-yet"
