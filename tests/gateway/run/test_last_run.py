"""manage.py works on the data of the last run."""

import os
import subprocess
import sys

import pytest

from gateway.run.last_run import REMEMBERED, ROOT, remember_run, use_last_run

VARIABLES = ("DATA_DIR", "GATEWAY_ENV", *REMEMBERED)


@pytest.fixture
def pointer(tmp_path, monkeypatch):
    for name in VARIABLES:
        monkeypatch.setenv(name, "")  # so that the end of the test puts it back
        monkeypatch.delenv(name)
    (tmp_path / "venv").mkdir()
    return tmp_path / "venv" / "data-dir"


@pytest.fixture
def data_dir(tmp_path):
    (tmp_path / "data" / "run").mkdir(parents=True)
    return tmp_path / "data"


def test_the_data_directory_and_the_database_of_the_last_run_are_used(
    pointer, data_dir, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", "postgres://gateway:secret@db/gateway")
    remember_run(data_dir, pointer=pointer)
    monkeypatch.delenv("DATABASE_URL")

    use_last_run(pointer=pointer)

    assert os.environ["DATA_DIR"] == str(data_dir)
    assert os.environ["DATABASE_URL"] == "postgres://gateway:secret@db/gateway"


def test_a_run_without_a_database_address_forgets_the_earlier_one(pointer, data_dir, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://gateway:secret@db/gateway")
    remember_run(data_dir, pointer=pointer)
    monkeypatch.delenv("DATABASE_URL")
    remember_run(data_dir, pointer=pointer)

    use_last_run(pointer=pointer)

    assert "DATABASE_URL" not in os.environ


def test_nobody_else_can_read_the_database_address(pointer, data_dir, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://gateway:secret@db/gateway")

    remember_run(data_dir, pointer=pointer)

    assert (data_dir / "run" / "settings.json").stat().st_mode & 0o777 == 0o600


def test_the_environment_goes_before_the_last_run(pointer, data_dir, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://old/gateway")
    remember_run(data_dir, pointer=pointer)
    monkeypatch.setenv("DATABASE_URL", "postgres://new/gateway")
    monkeypatch.setenv("DATA_DIR", "/elsewhere")

    use_last_run(pointer=pointer)

    assert os.environ["DATA_DIR"] == "/elsewhere"
    assert os.environ["DATABASE_URL"] == "postgres://new/gateway"


@pytest.mark.parametrize("situation", ["before the first run", "data removed", "production"])
def test_without_a_usable_last_run_nothing_is_set(situation, pointer, data_dir, monkeypatch):
    if situation != "before the first run":
        remember_run(data_dir, pointer=pointer)
    if situation == "data removed":
        data_dir.rename(data_dir.with_name("moved"))
    if situation == "production":
        monkeypatch.setenv("GATEWAY_ENV", "production")

    use_last_run(pointer=pointer)

    assert "DATA_DIR" not in os.environ


def test_it_runs_from_any_folder_with_any_python(tmp_path):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data")}
    system_python = getattr(sys, "_base_executable", sys.executable)

    done = run_version(system_python, ROOT / "manage.py", environment, tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5.2")


def test_an_environment_behind_a_link_is_entered_once(tmp_path):
    script = tmp_path / "manage.py"
    script.write_text((ROOT / "manage.py").read_text())
    (tmp_path / ".venv").symlink_to(sys.prefix)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    environment |= {"DATA_DIR": str(tmp_path / "data")}

    done = run_version(sys._base_executable, script, environment, tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5.2")


def run_version(python, script, environment, folder):
    return subprocess.run(  # noqa: S603 - our own command
        [python, str(script), "version"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
