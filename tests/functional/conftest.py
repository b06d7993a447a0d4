"""The fixtures that functional tests share."""

import pytest

from tests.functional.browser import (  # noqa: F401 - fixtures
    browser,
    chromium,
    demo_gateway,
    page,
    page_of,
)
from tests.functional.gateway import running_gateway


@pytest.fixture(scope="package")
def administrator(tmp_path_factory):
    """A client of one gateway for all tests that need no gateway of their own.

    See tests/scheduling.py. It ends with the last of them: beside other tests it would cost time.
    """
    with running_gateway(tmp_path_factory.mktemp("gateway")) as client:
        yield client
