"""Only superusers enter and change credentials with an identity of the gateway's own."""

import pytest

from gateway.core.errors import InvalidInput
from inventory.models import Credentials
from inventory.services.providers import provider_connect, provider_update
from tests.inventory.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

ROLE = "arn:aws:iam::123456789012:role/admin"
KEYS = {"access_key_id": "AKIA", "secret_access_key": "secret"}


@pytest.fixture(autouse=True)
def _listed(settings):
    settings.AWS_IDENTITIES = ("profile:team", "instance-role")


@pytest.fixture
def root():
    return make_user("root", is_superuser=True)


def connect(owner, **credentials):
    return provider_connect(owner=owner, kind="aws", name="cloud", credentials=credentials)


def stored(provider):
    values = Credentials.objects.get(provider=provider).values
    return {name: value for name, value in values.items() if value}


@pytest.mark.parametrize("given", [{"profile": "team"}, {"instance_role": "true"}])
def test_only_superusers_enter_one(root, given):
    with pytest.raises(InvalidInput, match="Only superusers may enter credentials"):
        connect(make_user("ann"), **given)

    assert stored(connect(root, **given)).keys() == given.keys()


def test_one_that_is_not_listed_is_refused_to_anybody(root):
    with pytest.raises(InvalidInput, match="profile:root is not listed in AWS_IDENTITIES"):
        connect(root, profile="root")


@pytest.mark.parametrize("change", [{"role_arn": ROLE}, {"endpoint_url": "http://127.0.0.1:9"}])
def test_nobody_else_changes_where_its_rights_are_used(root, change):
    """Another role may be assumed with it."""
    provider = connect(root, profile="team")
    for by in (make_user("ann"), None):
        with pytest.raises(InvalidInput, match="Only superusers"):
            provider_update(provider=provider, credentials=change, by=by)
    assert stored(provider) == {"profile": "team"}

    provider_update(provider=provider, credentials=change, by=root)
    assert stored(provider) == {"profile": "team", **change}


def test_it_may_be_replaced_by_keys_and_other_settings_changed(root):
    provider, ann = connect(root, profile="team"), make_user("ann")

    provider_update(provider=provider, name="renamed", by=ann)
    provider_update(provider=provider, credentials=KEYS | {"profile": ""}, by=ann)

    assert stored(provider) == KEYS
