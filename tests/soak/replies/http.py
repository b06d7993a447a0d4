"""Kinds that speak JSON over HTTP: their stand-ins, with one field of one reply changed."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from inventory.records import RECORDS
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.container_backends import CONTAINER_BACKENDS
from tests.soak.replies.mutations import DROPPED, mutations_of
from tests.soak.replies.reading import READS, forget, reads_of

# The request whose answer is the objects that a listing is of, by the end of its path. The answers
# to other requests add facts about these objects.
PRIMARY = {
    "azure": {
        "list_machines": "/virtualMachines",
        "list_sizes": "/vmSizes",
        "list_images": "/images",
        "list_locations": "/Microsoft.Compute",
        "list_volumes": "/disks",
        "list_snapshots": "/snapshots",
        "list_key_pairs": "/sshPublicKeys",
        "list_buckets": "/containers",
    },
    "digitalocean": {
        "list_machines": "/droplets",
        "list_sizes": "/sizes",
        "list_images": "/images",
        "list_locations": "/regions",
        "list_volumes": "/volumes",
        "list_snapshots": "/snapshots",
        "list_key_pairs": "/account/keys",
    },
    "docker": {"list_containers": "/containers/json", "find_container": "/containers/json"},
    "google": {
        "list_machines": "/aggregated/instances",
        "find_machine": "/aggregated/instances",
        "list_sizes": "/machineTypes",
        "list_images": "/images",
        "list_locations": "/zones",
        "list_volumes": "/aggregated/disks",
        "find_volumes": "/aggregated/disks",
        "list_snapshots": "/global/snapshots",
        "find_snapshots": "/global/snapshots",
        "list_buckets": "/storage/v1/b",
        "find_buckets": "/storage/v1/b",
    },
    "kubernetes": {"list_containers": "/pods", "list_containers_everywhere": "/pods"},
    "linode": {
        "list_machines": "/instances",
        "list_sizes": "/types",
        "list_images": "/images",
        "list_locations": "/regions",
        "list_volumes": "/volumes",
        "list_key_pairs": "/sshkeys",
    },
    "openstack": {
        "list_machines": "/servers/detail",
        "list_sizes": "/flavors/detail",
        "list_images": "/images",
        "list_locations": "/os-availability-zone",
        "list_key_pairs": "/os-keypairs",
        "list_security_groups": "/security-groups",
        "list_volumes": "/volumes/detail",
        "list_snapshots": "/snapshots/detail",
    },
}
# Fields without which an object is left out rightly, or that say what kind an answer is.
LEAVE_OUT = {
    "docker": ("RepoTags",),
    "azure": ("resourceTypes",),
    "linode": ("capabilities",),
    # Fields that announce another page: test_whole_lists has these.
    "openstack": ("security_groups_links", "ports_links"),
}
# An empty list has one of these values in place of its items: no such field by Google's reference,
# and null by kubernetes/actions.py. test_whole_lists and test_kubernetes have these.
EMPTY = {"google": ("items", (DROPPED, None)), "kubernetes": ("items", (None,))}
# Fields that hold a list as an object, by keys: a missing key is a missing entry.
KEYED = {"google": "items"}
# The path of the object in the answer to a single read, if it is not the whole answer.
HELD_IN = {"kubernetes": ("spec", "containers")}
# Names of fields that say which object it is.
IDENTITY = {"id", "Id", "name", "namespace"}
ENVELOPE = {"kind", "apiVersion"}
SIGN_INS = ("/tokens", "/token", "/version")


@dataclass(frozen=True)
class Key:
    method: str
    path: str
    query: tuple[Any, ...]

    @classmethod
    def of(cls, request):
        return cls(request.method, request.path, tuple(sorted(request.query.items())))


class Rewriting:
    """Stands before a cloud's ``answer``: notes its replies, and changes one."""

    def __init__(self, cloud):
        self._answer = cloud.answer
        self.seen: dict[Key, Any] = {}
        self.key, self.document = None, None
        cloud.answer = self.answer

    def answer(self, request):
        reply = self._answer(request)
        key = Key.of(request)
        if reply.status == 200 and key.method == "GET" and not key.path.endswith(SIGN_INS):
            self.seen[key] = json.loads(reply.body)
            if key == self.key:
                return replace(reply, body=json.dumps(self.document).encode())
        return reply


class HttpReplies:
    """``backend``: the contract's class of the kind."""

    def __init__(self, backend, request):
        self.slug = backend.slug
        self.account = backend(request)
        self.rewriting = Rewriting(self.account.cloud)

    @contextmanager
    def connected(self):
        with self.account.connect(timeout=30) as cloud:
            yield cloud

    def cases(self):
        """Each mutation of each reply to each read, with what it may do."""
        for reads in reads_of(self.account.kind):
            known = self._some_id(reads)
            before = self._read(reads, known)
            replies = dict(self.rewriting.seen)
            for key, document in replies.items():
                primary = PRIMARY[self.slug].get(reads.name)
                is_listed = primary is not None and key.path.endswith(primary)
                is_object = reads.is_single and isinstance(document, dict) and not is_listed
                for mutation in mutations_of(document, is_object=is_object):
                    if self._leaves_out(mutation) or (reads.is_single and self._renames(mutation)):
                        continue
                    yield Case(self, reads, known, before, key, document, mutation, is_listed)

    def read_with(self, case):
        self.rewriting.key = case.key
        self.rewriting.document = case.mutation.applied(case.document)
        try:
            found = self._read(case.reads, case.known)
        finally:
            self.rewriting.key = None
        assert case.key in self.rewriting.seen, f"{case} was not asked for"
        return found

    def _read(self, reads, known):
        forget()
        self.rewriting.seen.clear()
        with self.connected() as cloud:
            return reads.call(cloud, known)

    def _some_id(self, reads):
        if not reads.is_single:
            return None
        resource = reads.name.removeprefix("find_")
        with self.connected() as cloud:
            records = cloud.read(resource) if resource in RECORDS else self.account.listed(cloud)
            return records[0].external_id

    def _renames(self, mutation):
        """True if a container of a pod gets another name: it is then not the requested one."""
        place = HELD_IN.get(self.slug)
        held = place is not None and mutation.path[: len(place)] == place
        return held and len(mutation.path) == len(place) + 2 and mutation.path[-1] in IDENTITY

    def _leaves_out(self, mutation):
        names = LEAVE_OUT.get(self.slug, ())
        is_entry = mutation.path[-2:-1] == (KEYED.get(self.slug),)
        field, values = EMPTY.get(self.slug, (None, ()))
        is_empty_list = mutation.path == (field,) and any(mutation.value is one for one in values)
        return (
            any(name in names for name in mutation.path)
            or (is_entry and mutation.value is DROPPED)
            or is_empty_list
        )


@dataclass(frozen=True)
class Case:
    replies: HttpReplies
    reads: Any
    known: Any
    before: Any
    key: Key
    document: Any
    mutation: Any
    is_listed: bool

    def __str__(self):
        return f"{self.replies.slug} {self.reads.name} {self.key.path} {self.mutation}"

    def judge(self, tally):
        is_envelope = not self._is_part_of_another_list and (
            not self.mutation.is_inside
            or (len(self.mutation.path) == 1 and self._names_the_object)
            or (self.reads.is_single and (self._is_whole or self._holds_the_object))
        )
        tally.judge(
            str(self),
            lambda: self.replies.read_with(self),
            self.before,
            may_fail=is_envelope,
            # If the whole list is replaced, no object is left.
            is_primary=self.is_listed and not self.reads.is_single and self.mutation.is_inside,
            may_be_another=self.reads.is_single
            and (self.is_listed or self._is_own_request)
            and any(name in IDENTITY for name in self.mutation.path),
        )

    @property
    def _is_part_of_another_list(self):
        """True within one zone of a list that adds facts: the other zones are known."""
        path = self.mutation.path
        return not self.is_listed and len(path) > 1 and path[0] == KEYED.get(self.replies.slug)

    @property
    def _is_own_request(self):
        """True if the object itself is asked for, not something that is looked up for it."""
        last = self.key.path.lower().rpartition("/")[2]
        return last in self.known.lower().split("/")

    @property
    def _holds_the_object(self):
        place = HELD_IN.get(self.replies.slug)
        return bool(place) and self.mutation.path in (place, place[:-1])

    @property
    def _is_whole(self):
        """True if the object itself is replaced: a single read has nothing else to show."""
        positions = [name for name in self.mutation.path if isinstance(name, int)]
        is_item = self.is_listed and self.mutation.path[-1:] == tuple(positions)
        return is_item or len(positions) == len(self.mutation.path)

    @property
    def _names_the_object(self):
        """True if the field holds the object, or names its type: without it there is no answer."""
        [name] = self.mutation.path
        return name in ENVELOPE or (len(self.document) == 1 and isinstance(self.document, dict))


HTTP_BACKENDS = {
    slug: backend for slug, backend in (BACKENDS | CONTAINER_BACKENDS).items() if slug in PRIMARY
}
assert set(HTTP_BACKENDS) == set(PRIMARY)
assert {name for rows in PRIMARY.values() for name in rows} <= {one.name for one in READS}
