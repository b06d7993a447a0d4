"""A package that is installed beside the gateway brings a kind, without a change here."""

import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from inventory.providers import BrokenKind, all_kinds, registry

PACKAGE = Path(__file__).parents[2] / "clouds" / "example_kind"
ROOT = Path(__file__).parents[3]
ASK = """
import django
django.setup()
from django.core.management import call_command
from inventory.providers import all_kinds, connect, get_kind, shipped
call_command("check")
kind = get_kind("example")
assert not shipped(kind) and shipped(get_kind("aws"))
with connect(kind, kind.clean_credentials({"token": "t-1234"}), "one", 5) as cloud:
    print([(one.name, one.state.value) for one in cloud.read("virtual_machines")])
"""


def wheel(directory):
    """The package as a wheel: what its build would make of pyproject.toml."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    name, version = project["name"].replace("-", "_"), project["version"]
    info = f"{name}-{version}.dist-info"
    path = directory / f"{name}-{version}-py3-none-any.whl"
    files = {
        "example_cloud.py": (PACKAGE / "example_cloud.py").read_text(),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": _entry_points(project),
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return path


def _entry_points(project):
    lines = []
    for group, entries in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    return "\n".join(lines)


def installed(tmp_path):
    """The output of a gateway that has the package installed."""
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    options = ["--disable-pip-version-check", "--no-compile", "--target", str(target)]
    built = str(wheel(tmp_path))
    subprocess.run([*pip, *options, built], check=True, timeout=60)  # noqa: S603 - our own words
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={
            "PYTHONPATH": f"{target}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "gateway.settings",
            "DATA_DIR": str(tmp_path / "data"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_installed_kind_is_there_like_any_other(tmp_path):
    answer = installed(tmp_path)

    assert answer.returncode == 0, answer.stderr
    assert "[('ada', 'RUNNING'), ('grace', 'RUNNING'), ('mary', 'RUNNING')]" in answer.stdout


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("tests.clouds.example_kind.example_cloud:NOTHING", "cannot be imported"),
        ("no_such_package:KIND", "cannot be imported"),
        ("tests.clouds.example_kind.example_cloud:NAMES", "no ProviderKind"),
    ],
)
def test_a_broken_one_is_told_rather_than_left_out(monkeypatch, value, word):
    entry = EntryPoint("example", value, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry] if group else [])
    registry._kinds.cache_clear()
    try:
        with pytest.raises(BrokenKind, match=word) as caught:
            all_kinds()
    finally:
        monkeypatch.undo()
        registry._kinds.cache_clear()

    assert f"'example' of an installed package ({value})" in str(caught.value)


def test_two_kinds_cannot_have_one_name(monkeypatch):
    entry = EntryPoint("aws", "inventory.providers.simulator:KIND", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry] if group else [])
    registry._kinds.cache_clear()
    try:
        with pytest.raises(ValueError, match="simulator"):
            all_kinds()
    finally:
        monkeypatch.undo()
        registry._kinds.cache_clear()
