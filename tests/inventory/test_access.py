"""The one check of access: the owner, a superuser, and users with a role; no other user."""

from functools import partial

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.utils import timezone

from gateway.core.accounts.models import Membership, Team
from gateway.core.errors import Forbidden
from inventory import access
from inventory.live.store import store_listing
from inventory.models import Change, Grant, Repository, Role, Size, VirtualMachine
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    people = {
        "owner": make_user(),
        "other": make_user(),
        "superuser": make_user(is_superuser=True),
        "nobody": AnonymousUser(),
        "granted": make_user(),
        "member": make_user(),
    }
    team = Team.objects.create(name="ops")
    Membership.objects.create(team=team, user=people["member"])
    return people


@pytest.fixture
def owned(people):
    """A provider with a machine, and a repository, all the owner's."""
    provider = make_simulator(people["owner"])
    record = MachineRecord("vm-1", "web", MachineState.RUNNING, "running")
    store_listing(machine_source(provider).pk, [record], started_at=timezone.now())
    size = Size.objects.create(
        source=machine_source(provider), provider=provider, region="sim-1", external_id="s"
    )
    change = Change.objects.create(
        source=machine_source(provider),
        row_id=VirtualMachine.objects.get().pk,
        provider=provider,
        at=timezone.now(),
        field="state",
    )
    Grant.objects.create(provider=provider, user=people["granted"], role=Role.VIEWER)
    Grant.objects.create(provider=provider, team=Team.objects.get(), role=Role.OPERATOR)
    repository = Repository.objects.create(
        name="a", full_name="x/a", owner_login="x", url="https://x", creator=people["owner"]
    )
    return {
        access.visible_providers: provider,
        access.visible_sources: machine_source(provider),
        partial(access.visible_rows, VirtualMachine): VirtualMachine.objects.get(),
        access.visible_changes: change,
        partial(access.visible_rows, Size): size,
    }, repository


@pytest.mark.each_case
@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("owner", Role.ADMIN),
        ("superuser", Role.ADMIN),
        ("granted", Role.VIEWER),
        ("member", Role.OPERATOR),
        ("other", None),
        ("nobody", None),
    ],
)
def test_what_belongs_to_a_provider_is_seen_by_who_has_a_role_on_it(people, owned, who, role):
    rows, repository = owned
    for visible, row in rows.items():
        assert (row in visible(people[who])) is (role is not None), visible
    assert access.role_on(people[who], rows[access.visible_providers]) is role
    sees_repository = who in {"owner", "superuser"}
    assert (repository in access.visible_repositories(people[who])) is sees_repository


def test_the_largest_of_several_roles_counts(people):
    provider, team = make_simulator(people["owner"]), Team.objects.get()
    Grant.objects.create(provider=provider, user=people["member"], role=Role.ADMIN)
    Grant.objects.create(provider=provider, team=team, role=Role.VIEWER)

    assert access.role_on(people["member"], provider) is Role.ADMIN
    assert list(access.visible_providers(people["member"])) == [provider]


def test_a_role_ends_with_the_membership(people):
    provider, member = make_simulator(people["owner"]), people["member"]
    Grant.objects.create(provider=provider, team=Team.objects.get(), role=Role.ADMIN)
    assert access.role_on(member, provider) is Role.ADMIN

    Membership.objects.all().delete()

    assert access.role_on(member, provider) is None
    assert not access.visible_providers(member).exists()


def test_roles_on_many_providers_take_one_query_and_none_for_ones_own(
    people, django_assert_num_queries
):
    mine, theirs, foreign = (make_simulator(people[who]) for who in ("granted", "owner", "other"))
    Grant.objects.create(provider=theirs, user=people["granted"], role=Role.VIEWER)

    with django_assert_num_queries(1):
        found = access.roles_on(people["granted"], [mine, theirs, foreign])
    with django_assert_num_queries(0):
        access.require_role(people["granted"], Role.ADMIN, mine)

    assert found == {mine.pk: Role.ADMIN, theirs.pk: Role.VIEWER, foreign.pk: None}


@pytest.mark.parametrize("needed", list(Role))
def test_a_role_includes_those_before_it(people, needed):
    provider = make_simulator(people["owner"], name="prod")
    grant = Grant.objects.create(provider=provider, user=people["granted"], role=Role.VIEWER)
    allowed = []
    for role in Role:
        grant.role = role
        grant.save()
        if role.rank >= needed.rank:
            access.require_role(people["granted"], needed, provider)
            allowed.append(role)
            continue
        with pytest.raises(Forbidden) as refused:
            access.require_role(people["granted"], needed, provider)
        assert refused.value.message == (
            f"This requires the role {needed} on the provider 'prod'; yours is {role}. An admin of "
            "it can grant it."
        )

    assert (
        allowed
        == {
            Role.VIEWER: [Role.VIEWER, Role.OPERATOR, Role.ADMIN],
            Role.OPERATOR: [Role.OPERATOR, Role.ADMIN],
            Role.ADMIN: [Role.ADMIN],
        }[needed]
    )


def test_one_provider_without_the_role_is_enough_to_be_refused(people):
    mine, theirs = make_simulator(people["granted"]), make_simulator(people["owner"])

    with pytest.raises(Forbidden, match="on which you have none"):
        access.require_role(people["granted"], Role.VIEWER, mine, theirs)


@pytest.mark.parametrize("whom", [{}, {"user": True, "team": True}])
def test_a_grant_is_to_a_user_or_a_team(people, whom):
    provider, team = make_simulator(people["owner"]), Team.objects.get()
    given = {"user": people["other"], "team": team}

    with pytest.raises(IntegrityError):
        Grant.objects.create(
            provider=provider, role=Role.VIEWER, **{name: given[name] for name in whom}
        )


@pytest.mark.parametrize("who", ["owner", "superuser", "other", "granted"])
def test_an_imported_repository_is_everybodys(people, who):
    imported = Repository.objects.create(
        name="b", full_name="x/b", owner_login="x", url="https://x"
    )

    assert list(access.visible_repositories(people[who])) == [imported]
