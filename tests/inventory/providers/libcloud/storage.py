"""Actions on the recorded volumes, snapshots and key pairs of a driver."""

from functools import partial
from urllib.parse import parse_qs, urlsplit

from inventory.providers import ProviderError
from inventory.providers.libcloud.storage_offered import STORAGE
from inventory.providers.libcloud.storage_rows import WORDS
from inventory.providers.simulator.stock import public_key
from inventory.records.key_pair import NewKeyPair
from inventory.records.snapshot import NewSnapshot
from inventory.records.volume import NewVolume
from tests.inventory.providers.libcloud.recorded import RECORDINGS, recorded

MARK = "7d8c1f5e-2b7a-4c61-9d5a-0a1b2c3d4e5f"
KEY = f"{public_key('tests')} ada@example"
LISTS = ("volumes", "snapshots", "key_pairs")
ORDERS = ("create_volume", "create_snapshot", "import_key_pair")
LISTED = [
    (name, word) for name, row in STORAGE.items() for word in row.can.split() if word in LISTS
]
# One driver for each pair of a row and a recording.
KINDS = {(id(row), RECORDINGS[name].mock): name for name, row in reversed(STORAGE.items())}
ACTIONS = [
    (name, word)
    for name in sorted(KINDS.values())
    for word in STORAGE[name].can.split()
    if word not in LISTS
]
# The words are those of the APIs, not those that the gateway takes for reads.
DEEDS = ("Attach", "Detach", "Delete", "Import", "attach", "detach", "delete", "register")


def is_shown(name, word):
    return word not in STORAGE[name].unshown.split()


SHOWN = [one for one in ACTIONS if is_shown(*one)]


def is_deed(request):
    """True if a request changes something. Gandi reads by POST too, and a sign-in is a POST."""
    if "/tokens" in request.url:
        return False
    if "rpc.gandi.net" in request.url:
        return b".list<" not in body_of(request) and b".info<" not in body_of(request)
    query = parse_qs(urlsplit(request.url).query)
    commands = [one for name in ("Action", "command") for one in query.get(name, ())]
    return request.method != "GET" or any(one.startswith(DEEDS) for one in commands)


def body_of(request):
    body = request.body or b""
    return body if isinstance(body, bytes) else body.encode()


def read(name, resource):
    """The records of a list; none if it cannot be read."""
    with recorded(name) as (cloud, _replies):
        try:
            return cloud.read(resource)
        except ProviderError:
            return []


def attempts(name, word):
    """The requests that each recorded object may accept, as functions of the cloud."""
    resource, verb = WORDS[word].key
    if word == "import_key_pair":
        order = NewKeyPair("laptop", KEY, MARK)
        return [lambda cloud: cloud.create(resource, verb, order)]
    if word == "create_volume":
        return [partial(create_volume, name=name)]
    if word == "create_snapshot":
        orders = [NewSnapshot("web", one.external_id, MARK) for one in read(name, "volumes")]
        return [
            partial(lambda cloud, order: cloud.create(resource, verb, order), order=one)
            for one in orders
        ]
    ids = [one.external_id for one in read(name, resource)]
    rests = rests_of(name, word)
    return [
        partial(
            lambda cloud, found, rest: cloud.do(resource, verb, found, *rest),
            found=found,
            rest=rest,
        )
        for found in ids
        for rest in rests
    ]


def rests_of(name, word):
    """The further arguments of an action."""
    if word == "detach":
        return [("",)]
    if word == "attach":
        device = "/dev/sdf" if STORAGE[name].device else ""
        return [(one.external_id, device) for one in read(name, "virtual_machines")]
    return [()]


def create_volume(cloud, name):
    location = None
    if STORAGE[name].location == "needed":
        location = cloud.read("locations")[0].external_id
    order = NewVolume("web", MARK, size=10, location_id=location)
    return cloud.create("volumes", "create", order)


def deeds_of(replies, loses=None):
    """The requests that change something, as they come. ``loses``: what answers them instead."""
    deeds, plain = [], replies.answer

    def answer(request):
        if not is_deed(request):
            return plain(request)
        deeds.append(request)
        return plain(request) if loses is None else loses()

    replies.answer = answer
    return deeds


def accepted(name, word):
    """The result of the first accepted request for the action, and its changes; None if the
    recorded cloud accepts none.
    """
    for attempt in attempts(name, word):
        with recorded(name, timeout=3) as (cloud, replies):
            deeds = deeds_of(replies)
            try:
                return attempt(cloud), deeds
            except ProviderError:
                continue
    return None
