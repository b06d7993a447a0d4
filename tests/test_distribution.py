"""`pip install .` brings gateway, inventory and jobs, with their data, and nothing else."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from gateway.run.options import ROOT

pytestmark = pytest.mark.any_database

PACKAGES = ("gateway", "inventory", "jobs")
LEFT_OUT = ("gateway/client/", "gateway/frontend/", "gateway/proxy/")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(  # noqa: S603 - no text of others
        [*command, "--directory", folder], cwd=ROOT, check=True, capture_output=True
    )
    [path] = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_distribution_has_the_files_of_three_packages(wheel):
    listed = subprocess.run(  # noqa: S603 - no text of others
        [shutil.which("git"), "ls-files", *PACKAGES],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    wanted = {name for name in listed if not name.startswith(LEFT_OUT)}

    found = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert len(wanted) > 500
    assert found == wanted


def test_an_installed_gateway_starts(wheel, tmp_path):
    wheel.extractall(tmp_path / "site")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    settings = {"DJANGO_SETTINGS_MODULE": "gateway.settings", "DATA_DIR": str(tmp_path / "data")}
    run = subprocess.run(
        [sys.executable, "-m", "django", "check"],
        cwd=tmp_path,
        env={**kept, **settings, "PYTHONPATH": str(tmp_path / "site")},
        check=False,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stderr
    assert "no issues" in run.stdout
