"""Two accounts that know nothing of each other, and the rights of each persona on the first one."""

from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from gateway.core.accounts.api_tokens import api_token_create
from gateway.core.accounts.credential import Scope, attach_credential
from gateway.core.accounts.models import Membership, Team
from gateway.core.accounts.sessions import session_begin
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.core.ids import global_id, split_id
from gateway.schema import executor
from inventory.live.store import store_listing
from inventory.models import (
    Change,
    Container,
    Grant,
    Provider,
    Role,
    VirtualMachine,
)
from inventory.records.repository import RepositoryRecord, RepositoryState
from inventory.resources.image import Image
from inventory.resources.security_group import SecurityGroup
from inventory.resources.volume import Volume
from inventory.selectors.ids import cloud_id_of
from inventory.services.actions import target_id
from inventory.services.machines import machine_id
from inventory.services.providers import provider_connect
from inventory.services.repositories import repository_create
from inventory.services.schedules import schedule_arguments
from inventory.services.selection import Selection
from jobs.api import Job, schedule_create
from tests.clouds.engine import ENGINES, connect_engine
from tests.gateway.core.webhooks.factories import make_webhook
from tests.inventory.actions import machine_change
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.resources.names import RESOURCES, TYPES, nested
from tests.matrix.people import Who

NOBODY = "00000000-0000-4000-8000-000000000000"
SEARCHED = "e"  # a text that an object of each type has in what a search looks into
# Every resource that a simulator or an engine has, read of all of them.
STORED = [one for one in RESOURCES if one.plural != "repositories"]
STORE = f"{{ providers {{ {' '.join(nested(one, arguments='(maxAge: 0)') for one in STORED)} }} }}"


@dataclass
class Account:
    """A user with a provider and one object of each type. ``name`` is in every name in it."""

    name: str
    user: object
    ids: dict[str, str] = field(default_factory=dict)


class World:
    """``own``: what the personas have rights on. ``foreign``: what none but superusers see."""

    def __init__(self):
        self.people = {who: make_user(who.value) for who in Who if who is not Who.NOBODY}
        root = self.people[Who.SUPERUSER]
        root.is_superuser = True
        root.save()
        self.people[Who.NOBODY] = AnonymousUser()
        self.own = self._account("own", self.people[Who.OWNER])
        self.foreign = self._account("foreign", self.people[Who.STRANGER])
        self._grant()
        self.none = {kind: absent(kind, value) for kind, value in self.own.ids.items()}

    def ask(self, who, query, *, credential=None, **variables):
        """The answer's data and errors. The user is read anew, as for each request.

        ``credential``: what the user comes with instead of a session.
        """
        user = self.people[who]
        if user.is_authenticated:
            user = type(user).objects.get(pk=user.pk)
        if credential is not None:
            attach_credential(user, credential)
        context = Context(user, address="192.0.2.1")
        answer = executor.run(GraphQLRequest(query, variables), context).as_response()
        return {"data": answer.get("data"), "errors": answer.get("errors", [])}

    def _account(self, name, user):
        account = Account(name, user)
        provider = make_simulator(user, name=f"{name}-provider", machines=12)
        engine = connect_engine(user, name=f"{name}-engine")
        ENGINES[f"{name}-engine", "here"].add(f"{name}-container")
        host = connect_host(user, name)
        self.ask(Who(user.username), STORE)
        machines = VirtualMachine.objects.filter(provider=provider).select_related(
            "source__provider"
        )
        running = list(machines.filter(state="RUNNING").order_by("pk")[:3])
        stop = machine_change(name="stop", machine=running[1], requested_by=user)
        failed = machine_change(name="stop", machine=running[2], requested_by=user)
        Job.objects.filter(pk=failed.pk).update(state="FAILED", finished_at=timezone.now())
        row = {"source": running[0].source, "row_id": running[0].pk, "provider": provider}
        Change.objects.create(**row, at=timezone.now(), field="state")
        repository = repository_create(
            creator=user, name=f"{name}-repo", full_name=f"{name}-org/{name}-repo", url="u"
        )
        grant = Grant.objects.create(provider=provider, user=make_user(), role=Role.VIEWER)
        account.ids = {
            "Provider": provider.scope,
            "VirtualMachine": machine_id(running[0]),
            "Container": target_id(Container.objects.get(provider=engine)),
            "Engine": engine.scope,
            "Job": stop.public_id,
            "FailedJob": failed.public_id,
            "Schedule": make_schedule(user, running[0]).public_id,
            "Repository": global_id("Repository", repository.pk),
            "Host": host.scope,
            "HostedRepository": global_id("Repository", f"{host.public_id}:global:1"),
            "Grant": global_id("Grant", grant.pk),
            **team_with("Team", "Member", make_user(), name=f"{name}-team"),
            # Every user who may grant sees this team, and it has no role.
            **team_with("OpenTeam", "User", user, name=f"{name}-open"),
            "ApiToken": global_id("ApiToken", make_token(user, provider).pk),
            "Webhook": make_webhook(user, url="https://hooks.example.org/").public_id,
            "Session": global_id("Session", session_begin(user=user).pk),
        }
        account.ids |= _storage_of(provider)
        for one in RESOURCES:
            if one.type_name not in account.ids:
                row = _first_of(one, [provider, engine])
                account.ids[one.type_name] = global_id(one.type_name, cloud_id_of(row))
        return account

    def _grant(self):
        providers = Provider.objects.filter(name__in=["own-provider", "own-engine", "own-host"])
        for who in (Who.VIEWER, Who.OPERATOR, Who.ADMIN):
            role = Role(who.value.upper())
            for provider in providers:
                Grant.objects.create(provider=provider, user=self.people[who], role=role)
        for name, who in (("own-team", Who.MEMBER), ("own-open", Who.ADMIN)):
            team = Team.objects.get(name=name)
            Membership.objects.create(team=team, user=self.people[who])
        team = Team.objects.get(name="own-team")
        for provider in providers:
            Grant.objects.create(provider=provider, team=team, role=Role.VIEWER)


def _first_of(resource, providers):
    """An object that the rules of queries find, by SEARCHED where it can be searched."""
    rows = resource.model.objects.filter(provider__in=providers)
    if resource.has_root_list:
        rows = rows.filter(search_text__contains=SEARCHED)
    assert rows.exists(), (
        f"The simulator lists no {resource.plural} with {SEARCHED!r} in what is searched: give it "
        f"a function marked @reads({resource.plural!r}), with such a name."
    )
    return rows.first()


def _storage_of(provider):
    """The ids of objects that take the actions that others of their types do not."""
    machines = VirtualMachine.objects.filter(provider=provider)
    volumes = Volume.objects.filter(provider=provider)
    free = volumes.filter(state="AVAILABLE").first()
    found = {
        "Volume": free,
        "UsedVolume": volumes.filter(state="IN_USE").first(),
        "NearMachine": machines.filter(location_id=free.location_id).first(),
        "Image": Image.objects.filter(provider=provider, own=True).first(),
        "SecurityGroup": SecurityGroup.objects.get(provider=provider, name="web"),
    }
    return {name: target_id(row) for name, row in found.items()}


def make_token(user, provider):
    token, _secret = api_token_create(
        user=user, name="a", scope=Scope.READ, days=1, providers=[provider.scope]
    )
    return token


def make_schedule(user, machine):
    selection = Selection(ids=[str(cloud_id_of(machine))])
    return schedule_create(
        owner=user,
        name="evening",
        operation="virtual_machine.stop",
        arguments=schedule_arguments(selection, {"ids": [machine_id(machine)]}),
        cron="0 19 * * *",
        timezone="UTC",
    )


def team_with(kind, member_kind, user, *, name):
    """The ids of a new team and of the user who is in it."""
    team = Team.objects.create(name=name)
    Membership.objects.create(team=team, user=user)
    return {kind: global_id("Team", team.pk), member_kind: global_id("User", user.pk)}


def connect_host(user, name):
    """A code host with one repository, which is stored: it is not asked."""
    host = provider_connect(
        owner=user, kind="github", name=f"{name}-host", credentials={"owner": f"{name}-org"}
    )
    record = RepositoryRecord(
        external_id="1",
        name=f"{name}-hosted",
        full_name=f"{name}-org/{name}-hosted",
        owner_login=f"{name}-org",
        state=RepositoryState.ACTIVE,
        raw_state="active",
    )
    source = host.sources.get(resource="repositories")
    store_listing(source.pk, [record], started_at=timezone.now())
    return host


def absent(kind, like):
    """An id of the type of ``like`` that belongs to no object."""
    if kind == "HostedRepository":
        return global_id("Repository", f"{NOBODY}:global:1")
    if kind != "Repository" and (kind in TYPES or split_id(like)[0] in TYPES):
        return global_id(split_id(like)[0], f"{NOBODY}:sim-1:x")
    scoped = {"Provider", "Engine", "Host", "Job", "FailedJob", "Schedule", "Session", "Webhook"}
    if kind in scoped:
        return global_id(split_id(like)[0], NOBODY)
    return global_id(split_id(like)[0], 10**9)
