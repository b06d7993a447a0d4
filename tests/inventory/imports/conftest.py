import json
from functools import partial
from pathlib import Path

import pytest

from inventory.imports.clouds import kubeconfig
from tests.inventory.imports.entries import FILES, PAIR, of_google_variables

RECORDING = Path(__file__).parents[2] / "recordings" / "github" / "cloudmesh-community-repos.json"


@pytest.fixture(scope="session")
def recording():
    """A real reply's file."""
    return RECORDING


@pytest.fixture
def listed(recording):
    """The content of the real reply: thirty repositories of one organisation."""
    return json.loads(recording.read_bytes())


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """A proxy of the machine's must not come between a test and its own server."""
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")


@pytest.fixture
def reading(tmp_path, monkeypatch):
    """``reading(file)(**keys)``: what is found in an entry with these keys more."""
    monkeypatch.setattr(kubeconfig, "MOUNTED", tmp_path)  # from where a token is taken too
    (tmp_path / "pem").write_text(PAIR.pem)
    (tmp_path / "key").write_text(PAIR.key_pem)
    (tmp_path / "both").write_text(PAIR.pem + PAIR.key_pem)

    def reader(file):
        read = FILES[file][2]
        read = partial(read, tmp_path) if read is of_google_variables else read

        def found(**keys):
            for key, value in keys.items():
                if isinstance(value, str) and value.startswith("…"):
                    keys[key] = str(tmp_path / value[1:])
            return read(**keys)

        return found

    return reader
