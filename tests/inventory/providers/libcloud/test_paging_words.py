"""The table of ``test_two_pages`` has every driver that follows pages, by libcloud's source."""

import inspect
import re
import sys

import pytest

from inventory.providers import get_kind
from inventory.providers.libcloud.build import build
from inventory.providers.libcloud.offered import ROWS
from tests.inventory.providers.libcloud.recorded import credentials_of
from tests.inventory.providers.libcloud.test_two_pages import FOLLOWED, PAGED

PAGING = re.compile(
    r"\b\w*(?:paginat|nextlink|marker|cursor|page_?size|page_?number|per_page)\w*", re.IGNORECASE
)
# Modules of libcloud with words of pages, while the lists of their drivers read one answer.
OF_OTHER_CALLS = {
    "cloudstack": "Page sizes of ex_… lists, unless a caller names one.",
    "ec2": "The marker of a list of quotas.",
    "equinixmetal": "It asks for 1,000 of each project, and reads no further page.",
    "vcloud": "A search of users and groups, and a variable of another meaning.",
    "rackspace": "Of the later version of OpenStack's driver, in the same module.",
}
OTHERS = [row for row in ROWS if row.name not in PAGED]


def modules_of(driver):
    """The compute drivers of libcloud that hold the driver's classes."""
    names = {cls.__module__ for cls in type(driver).__mro__}
    return {name for name in names if name.startswith("libcloud.compute.drivers.")}


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.name not in PAGED], ids=lambda row: row.name
)
def test_a_driver_that_is_not_in_the_table_of_pages_follows_none(row):
    """A release of libcloud that teaches it pages is noticed."""
    kind = get_kind("libcloud", row.name)
    credentials = kind.clean_credentials(credentials_of(row.name))
    driver = build(row, credentials, kind.default_regions[0], 5)
    modules = modules_of(driver)
    words = [
        word for name in modules for word in PAGING.findall(inspect.getsource(sys.modules[name]))
    ]

    assert modules
    assert not words or OF_OTHER_CALLS.keys() & {name.rsplit(".", 1)[1] for name in modules}


def test_each_driver_that_follows_pages_is_in_the_table():
    assert PAGED.keys() >= FOLLOWED.keys()
