#!/usr/bin/env python3
"""Django's command line: `./manage.py help`, from any folder, without activating anything.

It runs in .venv where there is one, on the data of the last `make run` unless the environment
names other data.
"""

import os
import sys
from pathlib import Path

VENV = Path(__file__).resolve().parent / ".venv"


def enter_environment() -> None:
    """Start again with the Python of .venv, unless this is it or there is none."""
    python = VENV / "bin" / "python"
    if python.exists() and Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 - our own arguments, no shell


def main() -> None:
    enter_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415

        from gateway.run.last_run import use_last_run  # noqa: PLC0415
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed. Run `make run` once: it sets everything up.")
    use_last_run()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
