"""Live reads run in threads of their own, so their tests need rows that are committed."""

import pytest


@pytest.fixture(autouse=True)
def simulator_directory(settings, tmp_path):
    """Every test has clouds of its own."""
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    return settings.SIMULATOR_DIR
