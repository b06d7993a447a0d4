import pytest

from gateway.run.options import Options


@pytest.fixture
def options(tmp_path):
    found = Options(
        data_dir=tmp_path / "data",
        port=18000,
        admin_username="admin",
        admin_password="",
        redis_url="",
        demo=None,
        production=False,
    )
    found.run_dir.mkdir(parents=True)
    return found
