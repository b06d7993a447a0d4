"""The modules of a kind's drivers are loaded before a deadline begins, and once."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.http.budget import Budget
from inventory.providers import adapter, all_kinds, connect, get_kind

ROOT = Path(__file__).parents[3]
KINDS = [variant for kind in all_kinds() for variant in ([*kind.variants.values()] or [kind])]
# The simulator's driver is imported with its kind.
LOADED_LATE = [kind for kind in KINDS if kind.slug != "simulator"]
# The script has a process of its own: a module that another test has imported stays imported.
CALLS = """
import sys, django; django.setup()
from inventory.providers import connect, get_kind
from tests.clouds.static_ec2 import *
kind = get_kind("aws")
foreign = lambda: {name for name in sys.modules if name.startswith(("boto", "libcloud", "s3tr"))}
def answer(asked):
    action = asked["Action"]
    if action == "DescribeInstances":
        return reply(instances_xml([instance_xml(1)]))
    if action == "StopInstances":
        return reply("<StopInstancesResponse/>")
    return empty_reply(action)
assert "boto3" not in sys.modules
kind.prepare()
loaded = foreign()
assert "boto3" in loaded
with static_ec2(answer) as server:
    given = {"access_key_id": "A", "secret_access_key": "s", "endpoint_url": server.url}
    with connect(kind, kind.clean_credentials(given), "us-east-1", 60) as cloud:
        cloud.read("virtual_machines")
        cloud.read("sizes")
        cloud.read("images")
        cloud.do("virtual_machines", "stop", "i-1")
late = sorted(foreign() - loaded)
assert not late, late
"""


@pytest.mark.parametrize("kind", LOADED_LATE, ids=lambda kind: kind.variant or kind.slug)
def test_every_driver_that_is_loaded_late_can_be_prepared(kind):
    assert callable(kind.driver.prepare)


@pytest.mark.parametrize("failure", [None, ImportError("No module named here")])
def test_a_driver_is_prepared_before_its_budget_begins(monkeypatch, failure):
    """A failure of the preparation is reported where the driver is built."""
    order = []

    class Driver:
        def __init__(self, *_):
            order.append("built")

        @staticmethod
        def prepare():
            order.append("prepared")
            if failure is not None:
                raise failure

    def budget(seconds):
        order.append("begun")
        return Budget(seconds)

    monkeypatch.setattr(adapter, "Budget", budget)
    with connect(replace(get_kind("digitalocean"), driver=Driver), {}, "global", 10):
        pass

    assert order == ["prepared", "begun", "built"]


def test_the_first_calls_of_an_account_of_aws_import_nothing():
    process = subprocess.run(  # noqa: S603
        [sys.executable, "-c", CALLS], cwd=ROOT, check=False, capture_output=True, text=True
    )

    assert process.returncode == 0, process.stderr
