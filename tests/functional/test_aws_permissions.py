"""A user of AWS with a policy that allows little: moto's IAM decides, over HTTP.

moto compares signatures as botocore makes them, and botocore never signs the name of the client.
libcloud does, which AWS accepts: what is signed is said in the signature. So it is left out here.
"""

import json
import urllib.request

import pytest
from libcloud.common.aws import AWSRequestSignerAlgorithmV4

from inventory.models import ProviderCheck
from inventory.providers import Capability
from inventory.providers.probe import Permission
from inventory.selectors.providers import provider_check_report
from inventory.services.provider_checks import provider_check
from inventory.services.providers import provider_connect
from tests.clouds.moto import ANY_KEYS, moto_server
from tests.inventory.factories import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.functional,
    pytest.mark.any_database,  # it is about what the cloud answers
]
REGION = "us-west-2"
MAY = ["ec2:DescribeInstances", "ec2:DescribeAvailabilityZones", "ec2:StartInstances"]


@pytest.fixture(scope="module")
def keys():
    """The keys of a user who may do the actions in MAY. The server checks, and has one machine."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": MAY, "Resource": "*"}],
    }
    with moto_server() as server:
        iam = server.client("iam", "us-east-1", ANY_KEYS)
        iam.create_user(UserName="limited")
        iam.put_user_policy(
            UserName="limited", PolicyName="little", PolicyDocument=json.dumps(policy)
        )
        made = iam.create_access_key(UserName="limited")["AccessKey"]
        iam.close()
        server.launch(REGION)
        enforce = urllib.request.Request(  # noqa: S310  (our own http:)
            f"{server.url}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"}
        )
        with urllib.request.urlopen(enforce, timeout=60):  # noqa: S310  (see above)
            pass
        yield {
            "access_key_id": made["AccessKeyId"],
            "secret_access_key": made["SecretAccessKey"],
            "endpoint_url": server.url,
        }


@pytest.fixture(autouse=True)
def _nobody_signs_the_clients_name(monkeypatch):
    for name in ("_get_signed_headers", "_get_canonical_headers"):
        plain = getattr(AWSRequestSignerAlgorithmV4, name)

        def signed(self, headers, plain=plain):
            kept = {key: value for key, value in headers.items() if key.lower() != "user-agent"}
            return plain(self, kept)

        monkeypatch.setattr(AWSRequestSignerAlgorithmV4, name, signed)


def report(credentials):
    provider = provider_connect(
        owner=make_user(), kind="aws", name="limited", credentials=credentials, regions=[REGION]
    )
    provider_check(provider=provider)
    assert ProviderCheck.objects.count() == 1
    (region,) = provider_check_report(provider).regions
    return region


def test_what_the_policy_lacks_is_found(keys):
    region = report(keys)
    told = {finding.capability: finding.permission for finding in region.permissions}

    assert (region.reachable, region.credentials_valid, region.error) == (True, True, None)
    assert {one for one in told if told[one] is Permission.ALLOWED} == {
        Capability.LIST_MACHINES,
        Capability.LIST_LOCATIONS,
        Capability.LIST_SIZES,  # no request is sent for those
        Capability.START,
    }
    assert {one for one in told if told[one] is Permission.DENIED} == {
        Capability.LIST_IMAGES,
        Capability.LIST_REGIONS,
        Capability.LIST_VOLUMES,
        Capability.LIST_SNAPSHOTS,
        Capability.LIST_KEY_PAIRS,
        Capability.LIST_SECURITY_GROUPS,
        Capability.LIST_BUCKETS,
        Capability.STOP,
        Capability.REBOOT,
        Capability.RESIZE,
        Capability.TERMINATE,
    }
    assert "limited" not in repr(region)


def test_wrong_keys_are_wrong_keys(keys):
    region = report({**keys, "secret_access_key": "not this one"})

    assert (region.reachable, region.credentials_valid) == (True, False)
    assert region.error.code == "INVALID_CREDENTIALS"
    assert Permission.DENIED not in {one.permission for one in region.permissions}
