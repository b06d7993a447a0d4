"""Which data the last `make run` used, so that `./manage.py` uses the same.

.venv/data-dir names the data directory. DATA_DIR/run/settings.json, mode 0600, holds what else was
set then: the database's address may contain a password.
"""

import json
import os
import tempfile
from pathlib import Path

from gateway.core import env

ROOT = Path(__file__).resolve().parents[2]
POINTER = ROOT / ".venv" / "data-dir"
# Beside DATA_DIR: what commands of manage.py have to agree on with the gateway.
REMEMBERED = ("DATABASE_URL", "DATABASE_URL_FILE", "DEMO", "EGRESS_ALLOW", "CREDENTIAL_REFERENCES")


def remember_run(data_dir: Path, *, pointer: Path = POINTER) -> None:
    """Note the data directory and the present values of REMEMBERED."""
    values = {name: os.environ[name] for name in REMEMBERED if os.environ.get(name)}
    _write(_settings_of(data_dir), json.dumps(values))
    if pointer.parent.is_dir():  # a container has no .venv, and needs no pointer
        _write(pointer, str(data_dir))


def use_last_run(*, pointer: Path = POINTER) -> None:
    """Set DATA_DIR, and the remembered values that are not set, in this process's environment.

    Does nothing where DATA_DIR is set, in production, and before the first run.
    """
    if env.text("DATA_DIR") or env.text("GATEWAY_ENV") == "production" or not pointer.exists():
        return
    data_dir = Path(pointer.read_text().strip())
    if not data_dir.is_dir():  # it was moved or removed: the default is right again
        return
    os.environ["DATA_DIR"] = str(data_dir)
    settings = _settings_of(data_dir)
    if settings.exists():
        for name, value in json.loads(settings.read_text()).items():
            os.environ.setdefault(name, value)


def _settings_of(data_dir: Path) -> Path:
    return data_dir / "run" / "settings.json"


def _write(path: Path, text: str) -> None:
    """Replace the file in one step; its mode is 0600."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    with open(descriptor, "w") as file:  # noqa: PTH123 - a descriptor
        file.write(text)
    Path(draft).replace(path)
