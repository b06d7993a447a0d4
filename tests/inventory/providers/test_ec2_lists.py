"""A list of EC2 with anything but items is refused, not read as a shorter list."""

import pytest

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.ec2.catalog import sizes_of
from tests.clouds.static_ec2 import AWS_NAMESPACE, reply, static_ec2

# The reading of each list: the request, the list in its answer, and the list's name in a message.
LISTS = {
    "reservationSet": (lambda cloud: cloud.read("virtual_machines"), "reservationSet"),
    "imagesSet": (lambda cloud: cloud.read("images", "debian"), "Images"),
    "instanceTypeSet": (lambda cloud: cloud.find_size("t99.large") or [], "InstanceTypes"),
    "availabilityZoneInfo": (lambda cloud: cloud.read("locations"), "AvailabilityZones"),
    "regionInfo": (lambda cloud: cloud.read("regions"), "Regions"),
}


def read(aws_at, name, content, element=None):
    """The records read from a list with this content; ``element``: the list has another name."""
    element = element or name
    ask, _ = LISTS[name]

    def answer(asked):
        action = f"{asked['Action']}Response"
        listed = f"<{element}>{content}</{element}>"
        return reply(f'<{action} xmlns="{AWS_NAMESPACE}">{listed}</{action}>')

    with static_ec2(answer) as server, aws_at(server.url) as cloud:
        return ask(cloud)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("content", ["<member/>", "<item/><member/>", "<Item/>", "none today"])
def test_what_is_no_item_is_not_left_out(aws_at, name, content):
    with pytest.raises(ProviderError, match=f"the list {name} has something that is no item"):
        read(aws_at, name, content)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("content", ["", "\n  ", "<!-- none -->"])
def test_an_empty_list_is_empty(aws_at, name, content):
    assert read(aws_at, name, content) == []


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_is_missing_is_not_empty(aws_at, name):
    with pytest.raises(ProviderError, match=f"the list {LISTS[name][1]} is missing") as caught:
        read(aws_at, name, "", "another")

    assert caught.value.code is ProviderErrorCode.PROVIDER_ERROR


@pytest.mark.parametrize("tokens", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_pages_of_images_that_lead_to_each_other_end(aws_at, tokens):
    """boto3's paginator alone notices only a token that comes twice in a row."""

    def answer(_asked):
        token = tokens[len(server.asked) % len(tokens) - 1]
        return reply(
            "<DescribeImagesResponse><imagesSet/>"
            f"<nextToken>{token}</nextToken></DescribeImagesResponse>"
        )

    with static_ec2(answer) as server, aws_at(server.url) as cloud:
        with pytest.raises(ProviderError, match="does not end"):
            cloud.read("images", "debian")

    assert len(server.asked) == len(tokens) + 1


def test_a_token_that_is_none_is_not_the_last_page(aws_at):
    body = "<imagesSet/><nextToken><a/></nextToken>"
    with static_ec2(reply(f"<DescribeImagesResponse>{body}</DescribeImagesResponse>")) as server:
        with aws_at(server.url) as cloud, pytest.raises(ProviderError, match="next page"):
            cloud.read("images", "debian")


@pytest.mark.parametrize(
    ("words", "architecture"),
    [
        (["arm64"], "arm64"),
        (["i386", "x86_64"], "x86_64"),
        ([], None),
    ],
)
def test_an_instance_type_has_the_architecture_of_its_images(aws_at, words, architecture):
    listed = "".join(f"<item>{word}</item>" for word in words)
    found = read(
        aws_at,
        "instanceTypeSet",
        "<item><instanceType>t99.large</instanceType><processorInfo>"
        f"<supportedArchitectures>{listed}</supportedArchitectures></processorInfo></item>",
    )

    assert found.architecture == architecture


def test_the_stored_instance_types_have_one_too():
    sizes = sizes_of("us-east-1")

    assert sizes["t4g.nano"].architecture == "arm64"
    assert sizes["t3.nano"].architecture == sizes["t3a.nano"].architecture == "x86_64"
    assert {size.architecture for size in sizes.values()} <= {"arm64", "x86_64", None}
