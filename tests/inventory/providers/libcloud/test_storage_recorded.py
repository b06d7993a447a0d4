"""Volumes, snapshots and key pairs of every driver that libcloud has recorded replies of."""

import json

import pytest
import requests

from inventory.live.bounds import bounded
from inventory.providers import ProviderError, ProviderErrorCode, retries
from inventory.providers.libcloud.evidence import ACTS_BY_GET
from inventory.providers.libcloud.marks import marked_name
from inventory.providers.libcloud.storage import method_of
from inventory.providers.libcloud.storage_offered import STORAGE
from inventory.providers.libcloud.storage_rows import WORDS
from inventory.records.key_pair import NewKeyPair
from tests.inventory.providers.libcloud.recorded import recorded
from tests.inventory.providers.libcloud.storage import (
    ACTIONS,
    KEY,
    LISTED,
    LISTS,
    MARK,
    ORDERS,
    SHOWN,
    accepted,
    attempts,
    body_of,
    deeds_of,
    is_shown,
    read,
    rests_of,
)
from tests.soak.replies.reading import MODELS

# The size of a recorded volume in GiB, and the driver's own number of it.
SIZES = {
    "aliyun_ecs": (5, 5),
    "cloudstack": (1, 139264),
    "cloudsigma": (13, 13.0),
    "digitalocean": (4, 4),
    "ec2": (1, 1),
    "gandi": (3, 3072),
    "gridscale": (50, 50),
    "linode": (100, 100),
    "opennebula": (2, 2048),
    "openstack": (2, 2),
    "ovh": (10, 10),
    "rackspace": (2, 2),
    "scaleway": (10, 10),
    "vultr": (10, 10),
}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(retries, "sleep", lambda _seconds: None)


@pytest.mark.parametrize(("name", "resource"), LISTED)
def test_a_recorded_list_is_read_and_each_record_is_well_formed(name, resource):
    records = read(name, resource)

    assert bool(records) == is_shown(name, resource)
    for record in records:
        assert record.problem is None
        assert record.external_id
        assert record.name
        assert "object at" not in record.raw_state
        assert bounded(MODELS[type(record)], record) == record
        assert "PRIVATE KEY" not in repr(record)


def test_there_are_lists_of_most_drivers():
    shown = {name for name, resource in LISTED if is_shown(name, resource)}

    assert len(shown) == 22
    assert {resource for _name, resource in LISTED} == set(LISTS)


@pytest.mark.parametrize("name", SIZES)
def test_sizes_are_in_gib(name):
    size, of_driver = SIZES[name]
    with recorded(name) as (cloud, _replies):
        [record, *_] = cloud.read("volumes")
        with cloud._sending():
            [volume, *_] = cloud._driver.list_volumes()

    assert (record.size, volume.size) == (size, of_driver)


@pytest.mark.parametrize(("name", "word"), ACTIONS)
def test_an_action_is_one_request_and_accepted_as_far_as_it_is_recorded(name, word):
    done = accepted(name, word)

    assert (done is not None) == is_shown(name, word)
    if done is None:
        return
    made, [deed] = done
    assert (deed.method == "GET") == (name in ACTS_BY_GET)
    if word in ORDERS:
        named = marked_name(NewKeyPair("laptop" if word == "import_key_pair" else "web", KEY, MARK))
        assert named in deed.url or named.encode() in body_of(deed)
        assert made.external_id


def unavailable():
    return 503, "", {"retry-after": "0"}, "Unavailable"


def cut():
    raise requests.ConnectionError("cut")


@pytest.mark.parametrize("loses", [unavailable, cut])
@pytest.mark.parametrize(("name", "word"), SHOWN)
def test_an_action_whose_answer_is_lost_is_sent_once_and_may_have_been_done(name, word, loses):
    for attempt in attempts(name, word):
        with recorded(name, timeout=3) as (cloud, replies):
            deeds = deeds_of(replies, loses)
            with pytest.raises(ProviderError) as caught:
                attempt(cloud)
        if deeds:
            break
    assert len(deeds) == 1
    assert caught.value.may_have_acted


SINGLE = [(name, word) for name, word in ACTIONS if word not in ORDERS]


@pytest.mark.parametrize(("name", "word"), SINGLE)
def test_nothing_is_sent_for_an_id_that_the_list_lacks_or_shows_twice(name, word, monkeypatch):
    resource, verb = WORDS[word].key
    listing = method_of(STORAGE[name], resource)
    records = read(name, resource)
    if not records:
        assert not is_shown(name, resource)
        return
    rest = next(iter(rests_of(name, word)), ("of-nobody", ""))
    for external_id, code in (
        ("of-nobody", ProviderErrorCode.NOT_FOUND),
        (records[0].external_id, ProviderErrorCode.CONFLICT),
    ):
        with recorded(name) as (cloud, replies):
            plain, deeds = getattr(cloud._driver, listing), deeds_of(replies)
            monkeypatch.setattr(
                cloud._driver,
                listing,
                lambda *of, get=plain, **more: [*renamed(get(*of, **more)), *get(*of, **more)],
            )
            with pytest.raises(ProviderError) as caught:
                cloud.do(resource, verb, external_id, *rest)
        assert caught.value.code is code
        assert deeds == []


def renamed(found):
    for one in found:
        one.extra = {**(one.extra or {}), "another": True}
    return found


def test_an_id_that_would_name_another_object_in_a_path_is_not_acted_on():
    for external_id in ("a/b", "a?b", "a#b", "a%2Fb", "..", "a\\b"):
        with recorded("openstack") as (cloud, replies):
            plain, deeds = replies.answer, deeds_of(replies)

            def answer(request, plain=plain, name=external_id):
                status, body, headers, reason = plain(request)
                return status, body.replace('"key1"', json.dumps(name)), headers, reason

            replies.answer = answer
            with pytest.raises(ProviderError) as caught:
                cloud.do("key_pairs", "delete", external_id)
        assert caught.value.code is ProviderErrorCode.INVALID_REQUEST
        assert deeds == []


def test_an_account_of_cloudstack_without_snapshots_has_an_empty_list():
    """Cloudstack leaves the field out then, for which libcloud's method raises."""
    with recorded("cloudstack") as (cloud, replies):
        replies.answer = lambda _request: (200, '{"listsnapshotsresponse": {}}', {}, "OK")
        assert cloud.read("snapshots") == []
        replies.answer = lambda _request: (200, '{"another": {}}', {}, "OK")
        with pytest.raises(ProviderError):
            cloud.read("snapshots")


@pytest.mark.parametrize("machine", ["", "of-nobody"])
def test_a_volume_is_detached_from_the_machine_that_is_meant_alone(machine):
    with recorded("linode") as (cloud, replies):
        deeds = deeds_of(replies)
        free, used = (
            next(one for one in cloud.read("volumes") if bool(one.machine_id) == is_used)
            for is_used in (False, True)
        )
        volume = used if machine else free
        with pytest.raises(ProviderError) as caught:
            cloud.do("volumes", "detach", volume.external_id, machine)
        assert (caught.value.code, deeds) == (ProviderErrorCode.CONFLICT, [])
        cloud.do("volumes", "detach", used.external_id, used.machine_id)
        assert len(deeds) == 1


def test_a_volume_of_several_machines_is_detached_from_none_of_them():
    """libcloud's method of DigitalOcean detaches it from all."""
    with recorded("digitalocean") as (cloud, replies):
        deeds = deeds_of(replies)
        counted = replies.answer

        def answer(request):
            status, body, headers, reason = counted(request)
            return (
                status,
                body.replace('"droplet_ids": []', '"droplet_ids": [1, 2]'),
                headers,
                reason,
            )

        replies.answer = answer
        [volume] = cloud.read("volumes")
        assert (volume.state, volume.machine_ids) == ("IN_USE", ("1", "2"))
        assert volume.problem
        with pytest.raises(ProviderError) as caught:
            cloud.do("volumes", "detach", volume.external_id, "1")
    assert (caught.value.code, deeds) == (ProviderErrorCode.CONFLICT, [])
