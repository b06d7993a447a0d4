"""The directory of the simulated clouds."""

from pathlib import Path

from django.conf import settings


def simulator_directory() -> Path:
    return Path(settings.SIMULATOR_DIR)
