import json
from pathlib import Path

import pytest

RECORDING = Path(__file__).parents[2] / "recordings" / "github" / "cloudmesh-community-repos.json"


@pytest.fixture(scope="session")
def recording():
    """A real reply's file."""
    return RECORDING


@pytest.fixture
def listed(recording):
    """What the real reply says: thirty repositories of one organisation."""
    return json.loads(recording.read_bytes())


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """A proxy of the machine's must not come between a test and its own server."""
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
