"""The one place that reads the environment.

A value comes from the variable itself. A secret, and an address that holds a password, may also
come from a file named by ``<NAME>_FILE``, as container platforms mount them. Outside production a
secret may come from a file that is made under the data directory when it is first asked for.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def text_or_file(name: str) -> str:
    """From the variable, or from the file that ``<NAME>_FILE`` names; empty when there is neither.

    Raises ImproperlyConfigured for a file that cannot be read.
    """
    if value := os.environ.get(name):
        return value
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return ""
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from None


def flag(name: str, *, default: bool) -> bool:
    """A switch: 1/true/yes/on or 0/false/no/off. Anything else is refused."""
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return word in TRUE_WORDS


def number(name: str, default: float, *, minimum: float = 0) -> float:
    value = os.environ.get(name, "")
    if not value:
        return default
    try:
        parsed = float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None
    if parsed < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum:g}, not {value!r}.")
    return parsed


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list separated by commas."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def secret(name: str, *, directory: Path, make: Callable[[], str], production: bool) -> str:
    """The secret ``name``: from the environment, a mounted file, or ``directory``/keys.

    Production never makes one up, because two hosts would make two.
    """
    if value := text_or_file(name):
        return value
    if production:
        raise ImproperlyConfigured(
            f"Production needs {name} (or {name}_FILE). Make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return _kept_secret(directory / "keys" / name.lower(), make)


def _kept_secret(path: Path, make: Callable[[], str]) -> str:
    """Read ``path``, made once with mode 0600; two processes that make it at once agree."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, path)  # fails when another process was first: its value is kept
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
