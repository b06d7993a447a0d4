"""A reply of EC2 that did not change is not parsed again, and whatever differs in one is read."""

import re
from dataclasses import replace

import pytest

from inventory.providers.ec2 import actions
from inventory.providers.ec2.images import NAMES
from inventory.providers.ec2.known_replies import BYTES_OF_RECORD, KnownReplies, Page
from inventory.providers.exceptions import ProviderError
from inventory.types import MachineRecord, MachineState
from tests.clouds.static_ec2 import instance_xml, instances_xml, pages_of_five, reply, static_ec2

TAGS = {"team": "blue", "requestId": "<requestId>1</requestId>"}
BODY = instances_xml([instance_xml(number, tags=TAGS) for number in range(3)])
VALUES = re.compile(r">([^<>]+)<")  # the texts of elements, blanks left out


@pytest.fixture(autouse=True)
def parsed(monkeypatch):
    """The bodies that were parsed, with nothing known."""
    parsed, parse = [], actions.machines_in

    def count(root, *arguments):
        parsed.append(root)
        return parse(root, *arguments)

    monkeypatch.setattr(actions, "KNOWN", KnownReplies())
    monkeypatch.setattr(actions, "machines_in", count)
    return parsed


class Cloud:
    """An EC2 endpoint that answers with ``body``, however often it is asked."""

    def __init__(self, body=BODY):
        self.body = body

    def __call__(self, asked):
        if asked["Action"] == "DescribeImages":
            return reply("<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>")
        return reply(self.body)


def machines(aws_at, server):
    with aws_at(server.url) as cloud:
        return cloud.read("virtual_machines")


def test_an_equal_reply_is_parsed_once(aws_at, parsed):
    cloud = Cloud()
    with static_ec2(cloud) as server:
        first = machines(aws_at, server)
        cloud.body = BODY.replace("59dbff89", "00000000")  # another requestId
        assert cloud.body != BODY
        again = machines(aws_at, server)

        assert len(first) == 3
        assert first == again
        assert server.actions.count("DescribeInstances") == 2
    assert len(parsed) == 1


def test_every_value_that_changes_is_read(aws_at):
    """The answer after each change of one value is that of a process that knows no reply."""
    cloud = Cloud()
    starts = [found.start(1) for found in VALUES.finditer(BODY) if found[1].strip()]
    assert len(starts) > 30
    with static_ec2(cloud) as server:
        for start in starts:
            cloud.body = BODY
            machines(aws_at, server)
            other = "9" if BODY[start].isdigit() else "x"
            cloud.body = BODY[:start] + other + BODY[start + 1 :]
            seen = machines(aws_at, server)
            actions.KNOWN.clear()
            assert seen == machines(aws_at, server), BODY[start : start + 20]


def test_a_request_id_inside_a_tag_is_a_value(aws_at):
    cloud = Cloud()
    with static_ec2(cloud) as server:
        machines(aws_at, server)
        cloud.body = BODY.replace("&lt;requestId&gt;1", "&lt;requestId&gt;2")
        (value,) = {dict(one.tags)["requestId"] for one in machines(aws_at, server)}

    assert value == "<requestId>2</requestId>"


def test_each_page_is_compared_and_a_page_that_is_gone_is_not_listed(aws_at, parsed):
    with static_ec2(pages_of_five(12)) as server:
        assert len(machines(aws_at, server)) == 12
        assert len(machines(aws_at, server)) == 12
        assert len(parsed) == 3
        server.answer = pages_of_five(7)
        assert len(machines(aws_at, server)) == 7
        assert len(parsed) == 4  # the second page; the first one is as it was


def test_the_name_of_an_image_that_becomes_known_is_shown(aws_at, monkeypatch):
    cloud = Cloud()
    with static_ec2(cloud) as server:
        first = machines(aws_at, server)
        known = {"ami-00000001": "Debian 13"}
        monkeypatch.setattr(NAMES, "known", lambda _account: known)
        named = machines(aws_at, server)

    assert {one.image_name for one in first} == {one.image_id for one in first}
    assert "Debian 13" in {one.image_name for one in named}


def test_a_region_is_a_place_of_its_own(aws_at, parsed):
    """A machine's memory is known by the sizes that its region offers."""
    seen = {"us-east-1": [], "eu-central-1": []}
    with static_ec2(Cloud()) as server:
        for region in [*seen, *seen]:
            with aws_at(server.url, region=region) as cloud:
                seen[region].append(cloud.read("virtual_machines")[0].memory)

    assert all(first == again for first, again in seen.values())
    assert len(parsed) == 2


def test_a_reply_that_was_not_read_is_not_known(aws_at):
    cloud = Cloud(BODY.replace("reservationSet", "somethingElse"))
    with static_ec2(cloud) as server:
        for _ in range(2):
            with pytest.raises(ProviderError, match="reservationSet is missing"):
                machines(aws_at, server)


def test_machines_of_a_known_reply_count_as_others(aws_at, settings):
    cloud = Cloud()
    with static_ec2(cloud) as server:
        machines(aws_at, server)
        settings.CLOUD_OBJECTS = 2
        with pytest.raises(ProviderError, match="more than 2 objects"):
            machines(aws_at, server)


def test_the_oldest_pages_are_forgotten():
    replies, parsed = KnownReplies(most=7), []

    def ask(place, content, size=2):
        def parse(_content):
            parsed.append((place, content))
            return Page((MACHINE,) * size, None)

        return replies.page(place, content, {}, parse)

    for place in "abab":
        ask(place, b"one")
    assert len(parsed) == 2
    ask("c", b"one")  # nine, with the two before it
    ask("b", b"one")
    assert len(parsed) == 3
    ask("a", b"one")
    assert len(parsed) == 4
    ask("d", b"one", size=7)  # too large to be kept, and all others are older
    assert replies._records == 0


LONG = "x" * BYTES_OF_RECORD
WIDE = "x" * (BYTES_OF_RECORD // 4) + "\U0001f600"  # four bytes a character
TAGS_OF_ONE = tuple((f"k{number:05}", "of") for number in range(6 * BYTES_OF_RECORD // 200))


@pytest.mark.parametrize(
    "values",
    [
        {"tags": (("long", 5 * LONG),)},
        {"tags": (("wide", 5 * WIDE),)},
        {"tags": TAGS_OF_ONE},
        {"name": 5 * LONG},
        {"public_ips": (LONG,) * 5},
        {"problem": 5 * LONG},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_page_counts_by_its_memory_too(values):
    """A server may send one instance with as many tags as it likes."""
    replies = KnownReplies(most=9)
    for place in range(4):
        replies.page(place, b"", {}, lambda _content: Page((replace(MACHINE, **values),), None))
        assert len(replies._kept) == 1

    assert 5 <= replies._records <= 7


@pytest.mark.parametrize("names", [{"ami-1": 5 * LONG}, {}], ids=["name", "token"])
def test_names_and_the_token_of_a_page_count_too(names):
    replies = KnownReplies(most=9)
    token = None if names else 5 * LONG
    page = Page((replace(MACHINE, image_id="ami-1"),), token)
    replies.page("a", b"", names, lambda _content: page)

    assert 5 <= replies._records <= 7


def test_a_usual_page_counts_by_its_records(aws_at):
    with static_ec2(Cloud(instances_xml([instance_xml(one) for one in range(20)]))) as server:
        machines(aws_at, server)

    assert actions.KNOWN._records == 21


MACHINE = MachineRecord("i-1", "web", MachineState.RUNNING, "running")
