"""The requests that drivers send over HTTP, for any cloud.

with requests_sent() as sent:
    ...                      # sent: requests.PreparedRequest, in order
"""

import re
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from inventory.providers.dry_runs import SAFE_METHODS
from inventory.providers.libvirt.conversation import Conversation
from inventory.providers.libvirt.procedures import Procedure
from inventory.providers.transport import BoundedAdapter


@contextmanager
def requests_sent(before=lambda _request: None):
    """``before`` is called with each request before it is sent."""
    plain, sent = BoundedAdapter.send, []

    def send(self, request, *given, **options):
        sent.append(request)
        before(request)
        return plain(self, request, *given, **options)

    BoundedAdapter.send = send
    try:
        yield sent
    finally:
        BoundedAdapter.send = plain


# Requests that read although their method is POST: by the path or by EC2's action.
READS = (
    # A sign-in: RFC 6749, section 4.4, at Azure and Google; "Authentication and token management"
    # of Keystone's API, docs.openstack.org/api-ref/identity/v3.
    ("POST", re.compile(r"/(oauth2/v2\.0/token|token|v3/auth/tokens)$")),
    # docs.cloud.google.com/compute/docs/reference/rest/v1/instances/testIamPermissions
    ("POST", re.compile(r"/testIamPermissions$")),
    # "SelfSubjectAccessReview" of the Kubernetes API: nothing is stored.
    ("POST", re.compile(r"/apis/authorization\.k8s\.io/v1/selfsubjectaccessreviews$")),
)
# docs.aws.amazon.com/AWSEC2/latest/APIReference: what describes changes nothing.
READING_ACTION = re.compile(r"Describe\w+|Get\w+|AssumeRole")


def only_reads(request):
    """True if the cloud's documentation says that this request changes nothing."""
    if request.method in SAFE_METHODS:
        return True
    path = urlsplit(request.url).path
    if any(request.method == method and pattern.search(path) for method, pattern in READS):
        return True
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
    [action] = parse_qs(body).get("Action", [""])
    return READING_ACTION.fullmatch(action) is not None


# Calls of libvirt that change nothing: libvirt.org/html/libvirt-libvirt-domain.html and the pages
# beside it. STORAGE_POOL_REFRESH looks at a pool's directory again.
LIBVIRT_READS = frozenset(
    {
        Procedure.CONNECT_OPEN,
        Procedure.CONNECT_CLOSE,
        Procedure.NODE_GET_INFO,
        Procedure.DOMAIN_GET_XML_DESC,
        Procedure.DOMAIN_LOOKUP_BY_NAME,
        Procedure.DOMAIN_LOOKUP_BY_UUID,
        Procedure.CONNECT_GET_HOSTNAME,
        Procedure.AUTH_LIST,
        Procedure.AUTH_SASL_INIT,
        Procedure.AUTH_SASL_START,
        Procedure.AUTH_SASL_STEP,
        Procedure.AUTH_POLKIT,
        Procedure.STORAGE_POOL_REFRESH,
        Procedure.STORAGE_POOL_LOOKUP_BY_NAME,
        Procedure.STORAGE_VOL_LOOKUP_BY_NAME,
        Procedure.STORAGE_VOL_LOOKUP_BY_PATH,
        Procedure.STORAGE_VOL_GET_XML_DESC,
        Procedure.DOMAIN_IS_PERSISTENT,
        Procedure.DOMAIN_HAS_MANAGED_SAVE_IMAGE,
        Procedure.DOMAIN_GET_STATE,
        Procedure.CONNECT_LIST_ALL_DOMAINS,
        Procedure.CONNECT_LIST_ALL_STORAGE_POOLS,
        Procedure.STORAGE_POOL_LIST_ALL_VOLUMES,
        Procedure.CONNECT_GET_DOMAIN_CAPABILITIES,
        Procedure.DOMAIN_INTERFACE_ADDRESSES,
    }
)


@contextmanager
def calls_sent():
    """The procedures that are called at libvirt's daemons, in order."""
    plain, sent = Conversation._send, []

    def send(self, call):
        sent.append(call.procedure)
        return plain(self, call)

    Conversation._send = send
    try:
        yield sent
    finally:
        Conversation._send = plain
