"""The statement that finds the sources of a list, beside the same rules in the ORM."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from gateway.core.accounts.credential import Credential, attach_credential
from gateway.core.accounts.models import Membership, Team
from inventory.access import visible_sources
from inventory.models import Grant, Role, Source
from inventory.models.source import SourceResource
from inventory.selectors.sources import Exclusion, SourceFilter, source_list
from tests.inventory.factories import make_simulator, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def providers():
    ann, bob = make_user(), make_user()
    found = [
        make_simulator(ann, regions=["north", "south"]),
        make_simulator(ann, regions=["all"]),
        make_simulator(bob, regions=["north"]),
    ]
    set_of_regions = found[1].sources.filter(resource=SourceResource.REGIONS)
    assert set_of_regions.count() == 1
    return found


@pytest.fixture
def people(providers):
    first, second, third = providers
    viewer, member = make_user(), make_user()
    Grant.objects.create(provider=second, user=viewer, role=Role.VIEWER)
    team = Team.objects.create(name="ops")
    Membership.objects.create(team=team, user=member)
    Grant.objects.create(provider=first, team=team, role=Role.VIEWER)
    Grant.objects.create(provider=third, team=team, role=Role.ADMIN)
    return {
        "owner": first.owner,
        "another owner": third.owner,
        "viewer": viewer,
        "member of a team": member,
        "stranger": make_user(),
        "superuser": make_user(is_superuser=True),
        "superuser with a limit": limited(make_user(is_superuser=True), second, third),
        "owner with a limit": limited(type(first.owner).objects.get(pk=first.owner.pk), second),
        "limited to another's": limited(type(first.owner).objects.get(pk=first.owner.pk), third),
        "anonymous": AnonymousUser(),
    }


def limited(user, *providers):
    scopes = frozenset(provider.scope for provider in providers)
    attach_credential(user, Credential("api_token", "1", providers=scopes))
    return user


def filters(providers):
    """Every combination of limits, and of exclusions."""
    ids = [str(provider.public_id) for provider in providers]
    values = {
        "providers": [None, [], ids[:1], ids[1:]],
        "kinds": [None, [], ["simulator"], ["aws"]],
        "regions": [None, [], ["north"], ["south", "sim-1"]],
    }
    several = [
        dict(zip(values, combined, strict=True)) for combined in itertools.product(*values.values())
    ]
    for limits in several:
        yield SourceFilter(**limits)
        yield SourceFilter(excluded=Exclusion(**limits))
    yield SourceFilter(regions=["north"], excluded=Exclusion(providers=ids[:1], regions=["north"]))


def by_orm(user, wanted, limits):
    listed = Q(resource__in=wanted)
    if limits.regions is not None:
        listed &= Q(region__in=limits.regions)
    found = visible_sources(user).filter(listed | Q(resource=SourceResource.REGIONS))
    found = found.select_related("provider")
    if limits.providers is not None:
        found = found.filter(provider__public_id__in=limits.providers)
    if limits.kinds is not None:
        found = found.filter(provider__kind_slug__in=limits.kinds)
    return [
        source
        for source in found.order_by("provider_id", "pk")
        if limits.excluded is None
        or limits.excluded == Exclusion()
        or not limits.excluded.leaves_out(source)
    ]


def contents(source):
    provider = source.provider
    about = {name: value for name, value in vars(provider).items() if name in COLUMNS}
    return {name: value for name, value in vars(source).items() if name != "_state"}, about


COLUMNS = {field.attname for field in Source._meta.get_field("provider").related_model._meta.fields}


@pytest.mark.parametrize(
    "wanted", [["virtual_machines"], ["sizes", "images"], []], ids=["one", "several", "none"]
)
def test_the_sources_are_those_of_the_same_rules_in_the_orm(people, providers, wanted):
    seen = set()

    for name, user in people.items():
        for limits in filters(providers):
            found = source_list(user=user, resource=wanted, limits=limits)

            expected = by_orm(user, wanted, limits)
            expected = [one for one in expected if wanted or not one.is_region_set]
            assert [contents(one) for one in found] == [contents(one) for one in expected], name
            seen |= {(name, len(found))}

    assert len(seen) > 3 or not wanted, seen


def test_a_provider_is_loaded_once_for_all_of_its_sources(people):
    found = source_list(user=people["owner"], resource=["virtual_machines", "sizes"])

    assert len(found) > len({id(one.provider) for one in found}) == 2


def test_they_are_found_by_one_statement(people, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert source_list(user=people["owner"], resource="virtual_machines")
