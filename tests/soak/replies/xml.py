"""Kinds that speak XML: EC2 from a script, libvirt from its stand-in; one element changed."""

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lxml import etree

from inventory.providers import connect, get_kind
from tests.clouds.apis.libvirt import Libvirt
from tests.clouds.static_ec2 import AWS_NAMESPACE, instance_xml, instances_xml, reply, static_ec2
from tests.soak.replies.mutations import xml_mutations_of
from tests.soak.replies.reading import READS, forget, reads_of

REGION = "us-east-1"
INTERFACE = (
    "<networkInterfaceSet><item><privateIpAddress>10.0.0.5</privateIpAddress>"
    "<attachment><deviceIndex>0</deviceIndex><attachTime>2025-06-01T08:30:14.000Z</attachTime>"
    "</attachment><ipv6AddressesSet><item><ipv6Address>2600:1f14::1</ipv6Address></item>"
    "</ipv6AddressesSet></item></networkInterfaceSet>"
)


def _ec2(action, inner):
    name = f"{action}Response"
    return f'<{name} xmlns="{AWS_NAMESPACE}"><requestId>q</requestId>{inner}</{name}>'


INSTANCES = instances_xml([instance_xml(number, extra=INTERFACE) for number in (1, 2)])
EC2 = {
    "DescribeInstances": instances_xml(
        [instance_xml(n, extra=INTERFACE) for n in (1, 2)]
    ).partition("?>\n")[2],
    "DescribeImages": _ec2(
        "DescribeImages",
        "<imagesSet><item><imageId>ami-00000001</imageId><imageState>available</imageState><name>one</name></item>"
        "<item><imageId>ami-00000002</imageId><imageState>available</imageState><name>two</name></item>"
        "</imagesSet>",
    ),
    "DescribeAvailabilityZones": _ec2(
        "DescribeAvailabilityZones",
        "<availabilityZoneInfo><item><zoneName>us-east-1a</zoneName></item>"
        "<item><zoneName>us-east-1b</zoneName></item></availabilityZoneInfo>",
    ),
}
# The requests of each read. The first answers with the objects, the others add facts about them.
ACTIONS = {
    "list_machines": ("DescribeInstances", "DescribeImages"),
    "find_machine": ("DescribeInstances", "DescribeImages"),
    "list_images": ("DescribeImages",),
    "list_locations": ("DescribeAvailabilityZones",),
}


class EC2Replies:
    """AWS: instances with their images' names, images, zones. Sizes are a table of libcloud's."""

    slug = "aws"

    def __init__(self, request):
        self.kind = get_kind("aws")
        self.texts = dict(EC2)
        self.asked = set()
        serving = static_ec2(self._answer)
        self.server = serving.__enter__()
        request.addfinalizer(lambda: serving.__exit__(None, None, None))

    @contextmanager
    def connected(self):
        given = {"access_key_id": "AKIATEST", "secret_access_key": "test-secret"}
        values = self.kind.clean_credentials(given | {"endpoint_url": self.server.url})
        with connect(self.kind, values, REGION, 30) as cloud:
            yield cloud

    def cases(self):
        for reads in READS:
            if reads.name not in ACTIONS:
                continue
            known = f"i-{1:017x}" if reads.is_single else None
            self.asked.clear()
            before = self._read(reads, known)
            assert self.asked == set(ACTIONS[reads.name])
            for action in ACTIONS[reads.name]:
                is_listed = action == ACTIONS[reads.name][0]
                for mutation in xml_mutations_of(EC2[action], below="item" if is_listed else None):
                    yield XmlCase(self, reads, known, before, action, mutation, is_listed)

    def read_with(self, case):
        self.texts[case.place] = case.mutation.applied(EC2[case.place])
        try:
            return self._read(case.reads, case.known)
        finally:
            self.texts[case.place] = EC2[case.place]

    def _answer(self, asked):
        self.asked.add(asked["Action"])
        return reply(self.texts[asked["Action"]])

    def _read(self, reads, known):
        forget()
        with self.connected() as cloud:
            return reads.call(cloud, known)


# A daemon sends these beside the XML, and the gateway reads them there. A volume of another type is
# no file, and rightly no image.
SENT_BESIDE = {"name", "uuid", "key"}
# Elements without which a single read has nothing to show.
WHOLE = {"instancesSet", "item"}


class LibvirtReplies:
    """Descriptions of domains and of volumes."""

    slug = "libvirt"

    def __init__(self, request):
        self.daemon = Libvirt()
        request.addfinalizer(self.daemon.__enter__().__exit__)
        self.kind = get_kind("libvirt")
        self.values = self.kind.clean_credentials({"uri": self.daemon.uri})

    @contextmanager
    def connected(self):
        with connect(self.kind, self.values, "global", 30) as cloud:
            yield cloud

    def cases(self):
        for reads in reads_of(self.kind):
            known = next(iter(self.daemon.machines)) if reads.is_single else None
            with self.connected() as cloud:
                before = reads.call(cloud, known)
            for place in self._places():
                for mutation in xml_mutations_of(_text(self._xml(place))):
                    if mutation.name in SENT_BESIDE or mutation.attribute == "type":
                        continue
                    yield XmlCase(self, reads, known, before, place, mutation)

    def read_with(self, case):
        plain = self._xml(case.place)
        self._set(case.place, etree.fromstring(case.mutation.applied(_text(plain))))
        try:
            with self.connected() as cloud:
                return case.reads.call(cloud, case.known)
        finally:
            self._set(case.place, plain)

    def _places(self):
        return [
            ("machines", next(iter(self.daemon.machines))),
            ("volumes", next(iter(self.daemon.volumes))),
        ]

    def _xml(self, place):
        kind, name = place
        found = getattr(self.daemon, kind)[name]
        return found.xml if kind == "machines" else found

    def _set(self, place, xml):
        kind, name = place
        if kind == "machines":
            self.daemon.machines[name].xml = xml
        else:
            self.daemon.volumes[name] = xml


def _text(xml):
    return etree.tostring(xml, encoding="unicode")


@dataclass(frozen=True)
class XmlCase:
    replies: Any
    reads: Any
    known: Any
    before: Any
    place: Any
    mutation: Any
    is_listed: bool = True

    def __str__(self):
        return f"{self.replies.slug} {self.reads.name} {self.place} {self.mutation}"

    def judge(self, tally):
        tally.judge(
            str(self),
            lambda: self.replies.read_with(self),
            self.before,
            may_fail=self.is_listed and self.reads.is_single and self.mutation.name in WHOLE,
            is_primary=self.is_listed and self.reads.name in {"list_machines", "list_containers"},
            may_be_another=self.reads.is_single and self.mutation.name == "instanceId",
        )
