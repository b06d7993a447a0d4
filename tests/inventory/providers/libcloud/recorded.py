"""The replies that libcloud's own tests have recorded, sent through the gateway's transport.

``libcloud/test/compute`` of the wheel has a class for each driver that answers a request with a
recording. It replaces the connection and so our transport too; here its replies take the place of
the server instead, below ``BoundedAdapter``: what is tested is the whole path that a request takes.
"""

import importlib
import io
import re
import runpy
import sys
import types
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import libcloud
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from inventory.providers import connect, get_kind
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.libcloud.rows import HOST

SAMPLE_HOST = "https://cloud.example.org:8443"
SAMPLE_URL = f"{SAMPLE_HOST}/client/api"
BY_NAME = {row.name: row for row in ROWS}


@dataclass(frozen=True)
class Recording:
    """The place of a driver's replies.

    ``use_param``: the parameter that names the reply. ``type``: libcloud's name of a set of them.
    """

    module: str
    mock: str
    use_param: str | None = None
    given: dict = field(default_factory=dict)
    moved: tuple[str, str] | None = None  # a path of the account, and the one of the replies
    type: str | None = None
    region: str | None = None
    shared_id: str | None = None  # of two recorded machines; the second gets another one


DIMENSION_DATA = Recording("dimensiondata_v2_4", "DimensionDataMockHttp")
CLOUDSTACK = Recording("cloudstack", "CloudStackMockHttp", moved=(r"^[^?]*", "/test/path"))
EUCALYPTUS = {"url": "https://cloud.example.org:8773/services/Eucalyptus"}
RECORDINGS = {
    "aliyun_ecs": Recording("ecs", "ECSMockHttp", "Action", shared_id="i-28n7dkvov"),
    "aurora_compute": CLOUDSTACK,
    "cloudscale": Recording("cloudscale", "CloudscaleMockHttp"),
    "cloudsigma": Recording("cloudsigma_v2_0", "CloudSigmaMockHttp", "do"),
    "cloudstack": CLOUDSTACK,
    "digitalocean": Recording("digitalocean_v2", "DigitalOceanComputeMockHttp"),
    "dimensiondata": DIMENSION_DATA,
    "ec2": Recording("ec2", "EC2MockHttp", "Action"),
    "equinixmetal": Recording("equinixmetal", "EquinixMetalMockHttp"),
    "eucalyptus": Recording("ec2", "EucMockHttp", "Action", given=EUCALYPTUS),
    "exoscale": CLOUDSTACK,
    "gandi": Recording("gandi", "GandiMockHttp"),
    "gridscale": Recording("gridscale", "GridscaleMockHttp"),
    "ikoula": CLOUDSTACK,
    "internetsolutions": DIMENSION_DATA,
    "kamatera": Recording("kamatera", "KamateraMockHttp"),
    "ktucloud": Recording("ktucloud", "KTUCloudStackMockHttp", moved=(r"^[^?]*", "/test/path")),
    "kubevirt": Recording("kubevirt", "KubeVirtMockHttp"),
    "linode": Recording("linode_v4", "LinodeMockHttpV4"),
    "maxihost": Recording("maxihost", "MaxihostMockHttp"),
    "nimbus": Recording("ec2", "EC2MockHttp", "Action"),
    "ntta": DIMENSION_DATA,
    "nttcis": Recording("nttcis", "NttCisMockHttp"),
    "onapp": Recording("onapp", "OnAppMockHttp"),
    "opennebula": Recording("opennebula", "OpenNebula_3_8_MockHttp"),
    "openstack": Recording(
        "openstack",
        "OpenStack_2_0_MockHttp",
        given={
            "ex_force_auth_version": "2.0_password",
            "url": "https://cloud.example.org:5000",
        },
    ),
    "outscale_inc": Recording("ec2", "EC2MockHttp", "Action"),
    "outscale_sas": Recording("ec2", "EC2MockHttp", "Action"),
    "ovh": Recording("ovh", "OvhMockHttp", given={"ex_project_id": "project_id"}),
    "rackspace": Recording("rackspace", "RackspaceNovaMockHttp"),
    "rackspace_first_gen": Recording(
        "openstack", "OpenStackMockHttp", moved=(r"^/v1.0/\d+", "/v1.0/slug")
    ),
    "rimuhosting": Recording("rimuhosting", "RimuHostingMockHttp"),
    "scaleway": Recording("scaleway", "ScalewayMockHttp"),
    "terremark": Recording("vcloud", "TerremarkMockHttp"),
    "upcloud": Recording("upcloud", "UpcloudMockHttp"),
    "vcloud": Recording("vcloud", "VCloud_5_5_MockHttp"),
    "vpsnet": Recording("vpsnet", "VPSNetMockHttp", type="virtual_machines"),
    "vultr": Recording("vultr_v2", "VultrMockHttpV2"),
}


def importable():
    """libcloud's tests import two modules that are not in its wheel; the replies need neither."""
    if "libcloud.test.secrets" not in sys.modules:
        root = Path(libcloud.__file__).parent / "test"
        names = runpy.run_path(str(root / "secrets.py-dist"))
        found = types.ModuleType("libcloud.test.secrets")
        vars(found).update({name: one for name, one in names.items() if name[:1] != "_"})
        sys.modules["libcloud.test.secrets"] = found
    sys.modules.setdefault("requests_mock", types.ModuleType("requests_mock"))


def credentials_of(name):
    """Something for each field of the driver."""
    values = {"driver": name}
    for field_ in get_kind("libcloud", name).credentials[1:]:
        if field_.url:
            has_path = BY_NAME[name].address.address != HOST
            values[field_.name] = SAMPLE_URL if has_path else SAMPLE_HOST
        elif field_.required:
            values[field_.name] = str(field_.default or f"sample-{field_.name}")
    return values | RECORDINGS[name].given


class Replies:
    """Answers in place of the server. ``asked``: each request, as its method and address."""

    def __init__(self, recording):
        module = importlib.import_module(f"libcloud.test.compute.test_{recording.module}")
        self.mock = getattr(module, recording.mock)()
        self.mock.use_param = recording.use_param
        type(self.mock).type = recording.type
        self.moved, self.shared_id = recording.moved, recording.shared_id
        self.asked = []
        self.missing = []  # what is not recorded

    def send(self, adapter, request, **_options):
        self.asked.append((request.method, request.url))
        status, body, headers, reason = self.answer(request)
        body = body.encode() if isinstance(body, str) else (body or b"")
        raw = HTTPResponse(
            body=io.BytesIO(body),
            headers={
                name: one for name, one in headers.items() if name.lower() != "content-length"
            },
            status=int(status),
            reason=reason,
            preload_content=False,
        )
        response = adapter.build_response(request, raw)
        assert isinstance(response, requests.Response)
        return response

    def answer(self, request):
        url, body = request.path_url, request.body
        if self.moved is not None:
            url = re.sub(*self.moved, url, count=1)
        body = body.decode() if isinstance(body, bytes) else body
        try:
            reply = self.mock._get_request(request.method, url, body, dict(request.headers))
        except AttributeError as error:
            self.missing.append(str(error))
            raise
        return reply if self.shared_id is None else self.parted(*reply)

    def parted(self, status, body, *others):
        first, shared, rest = body.partition(self.shared_id)
        return (
            status,
            first + shared + rest.replace(shared, f"{shared}-2") if shared else body,
            *others,
        )


@contextmanager
def recorded(name, timeout=10):
    """An account at the driver, whose requests are answered with the recordings."""
    importable()
    recording = RECORDINGS[name]
    kind = get_kind("libcloud", name)
    credentials = kind.clean_credentials(credentials_of(name))
    region = recording.region or kind.default_regions[0]
    replies = Replies(recording)

    def send(adapter, request, **options):
        return replies.send(adapter, request, **options)

    with (
        patch.object(HTTPAdapter, "send", send),
        connect(kind, credentials, region, timeout) as cloud,
    ):
        yield cloud, replies
