"""The names of the images of EC2's instances: the requests, and the effect of a failure."""

import pytest

from inventory.providers import retries
from inventory.providers.ec2.images import AT_ONCE, description_of
from tests.clouds.static_ec2 import (
    AWS_NAMESPACE,
    instance_xml,
    instances_xml,
    refusal,
    reply,
    static_ec2,
)


def image_id(number):
    return f"ami-{number:08x}"


class Account:
    """An account with ``count`` instances, each of an image of its own."""

    def __init__(self, count=3):
        self.count, self.gone, self.answer = count, set(), None
        self.asked = []

    def __call__(self, asked):
        self.asked.append(asked)
        if asked["Action"] == "DescribeImages":
            return self.answer or self.images(asked)
        wanted = asked.get("InstanceId.1")
        shown = [instance_xml(number) for number in range(1, self.count + 1)]
        return reply(instances_xml([one for one in shown if wanted is None or wanted in one]))

    def images(self, asked):
        values = [value for name, value in asked.items() if name.startswith("Filter.1.Value.")]
        items = "".join(
            f"<item><imageId>{one}</imageId><name>image of {one}</name></item>"
            for one in values
            if one not in self.gone
        )
        return reply(
            f'<DescribeImagesResponse xmlns="{AWS_NAMESPACE}"><imagesSet>{items}</imagesSet>'
            "</DescribeImagesResponse>"
        )

    @property
    def described(self):
        """The requests for images."""
        return [asked for asked in self.asked if asked["Action"] == "DescribeImages"]


@pytest.fixture
def serve(aws_at):
    """Lists the machines of an account, as often as wanted."""

    def listing(account, times=1, **options):
        with static_ec2(account) as server:
            lists = []
            for _ in range(times):
                with aws_at(server.url, **options) as cloud:
                    lists.append(cloud.read("virtual_machines"))
                    found = cloud.find("virtual_machines", lists[-1][0].external_id)
                    assert found == lists[-1][0]
            return lists

    return listing


def test_names_are_read_once_and_then_cost_no_request(serve):
    account = Account()
    first, second = serve(account, times=2)

    assert [one.image_name for one in first] == [f"image of {image_id(n)}" for n in (1, 2, 3)]
    assert first == second
    assert [asked["Filter.1.Name"] for asked in account.described] == ["image-id"]
    assert len(account.asked) == 1 + 1 + 1 + 2


def test_a_deregistered_image_fails_nothing_and_is_asked_for_once(serve):
    account = Account()
    account.gone = {image_id(2)}
    first, second = serve(account, times=2)

    assert [one.image_name for one in first] == [
        f"image of {image_id(1)}",
        image_id(2),
        f"image of {image_id(3)}",
    ]
    assert [one.problem for one in first] == [None] * 3
    assert first == second
    assert len(account.described) == 1


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (refusal("UnauthorizedOperation", "You may not.", status=403), "You may not."),
        (refusal("RequestLimitExceeded", "Too often.", status=503), "Too often."),
        (reply("<html>no</html>"), "DescribeImages was answered with"),
        (reply("no", 500), "no"),
    ],
)
def test_machines_are_listed_without_the_names(serve, answer, word):
    """As at OpenStack, the id replaces the name, and ``problem`` gives the reason."""
    account = Account()
    account.answer = answer
    first, second = serve(account, times=2)

    assert [one.image_name for one in first] == [one.image_id for one in first]
    for machine in first:
        assert machine.problem.startswith("The names of images could not be read: ")
        assert word in machine.problem
    assert first == second
    assert len(account.described) <= retries.TRIES  # of one read


def test_many_images_are_described_in_portions(serve):
    account = Account(AT_ONCE + 1)
    [machines] = serve(account)

    assert [one.image_name for one in machines] == [f"image of {one.image_id}" for one in machines]
    assert [len(asked) for asked in account.described] == [
        len(account.described[1]) + AT_ONCE - 1,
        len(account.described[1]),
    ]


def test_amazon_is_asked_for_deprecated_and_disabled_images_too():
    parameters = description_of(["ami-1"], is_amazons=True)

    assert parameters["IncludeDeprecated"] is parameters["IncludeDisabled"] is True
    assert set(description_of(["ami-1"], is_amazons=False)) == {"Filters"}


@pytest.mark.parametrize("search", ["ami-0123456789abcdef0", "jammy", None])
@pytest.mark.parametrize("is_amazons", [True, False])
def test_a_search_finds_deprecated_images_at_amazon(aws_at, search, is_amazons):
    """Another cloud may refuse a parameter that it does not know."""
    account = Account()
    with static_ec2(account) as server, aws_at(server.url) as cloud:
        cloud._driver.is_amazons = is_amazons
        cloud.read("images", search)

    wanted = "true" if is_amazons and search else None
    assert {asked.get("IncludeDeprecated") for asked in account.described} == {wanted}
    assert not any("IncludeDisabled" in asked for asked in account.described)
