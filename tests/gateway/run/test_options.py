from pathlib import Path

import pytest

from gateway.run.errors import StartError
from gateway.run.options import ROOT, read_options

NAMES = ("DATA_DIR", "PORT", "DEMO", "ADMIN_USERNAME", "ADMIN_PASSWORD", "REDIS_URL", "GATEWAY_ENV")


@pytest.fixture(autouse=True)
def _no_variable_set(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_nothing_is_needed():
    options = read_options()

    assert options.data_dir == ROOT / "var"
    assert options.url == "http://127.0.0.1:8000"
    assert options.admin_username == "admin"
    assert options.demo is None
    assert not options.production


def test_what_is_set_is_taken(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name, value in {"DATA_DIR": "here", "PORT": "8001", "DEMO": "0"}.items():
        monkeypatch.setenv(name, value)

    options = read_options()

    assert options.data_dir == Path(tmp_path / "here")
    assert options.port == 8001
    assert options.demo is False


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("PORT", "0"), ("PORT", "65536"), ("DEMO", "perhaps")]
)
def test_what_makes_no_sense_is_refused_by_name(name, value, monkeypatch):
    monkeypatch.setenv(name, value)

    with pytest.raises(StartError, match=f"{name} must be .*{value}"):
        read_options()
