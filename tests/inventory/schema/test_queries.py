"""The number of SQL statements of an answer does not grow with the rows."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gateway.core.ids import global_id
from gateway.core.redis import client
from gateway.schema import schema
from inventory.models import Container, Source, VirtualMachine
from inventory.resources.bucket import Bucket
from inventory.resources.image import Image
from inventory.resources.key_pair import KeyPair
from inventory.resources.security_group import SecurityGroup
from inventory.resources.snapshot import Snapshot
from inventory.resources.volume import Volume
from inventory.services.actions import target_id
from inventory.services.machines import machine_id, provider_id
from inventory.services.repositories import repository_create
from inventory.services.schedules import schedule_arguments
from inventory.services.selection import Selection
from jobs.api import schedule_create, schedule_run
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture
from tests.gateway.core.webhooks.factories import make_webhook
from tests.inventory.actions import machine_change
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.resources.names import RESOURCES, plural

pytestmark = pytest.mark.django_db(transaction=True)

MACHINES = """{ virtualMachines(first: 1000, maxAge: 3600) {
    totalCount complete pageInfo { hasNextPage endCursor }
    sources { provider { id name status lastError { code } } region status error { code } }
    edges { cursor node { id } }
    nodes { id externalId name state rawState region memory vcpus publicIps privateIps createdAt
        observedAt stale systemType pricePerHour tags { key value }
        provider { id name kind { slug } status } size { id name disk } image { id name }
        location { id name } } } }"""

CONTAINERS = """{ containers(maxAge: 3600, first: 100) { totalCount complete nodes {
    id name state image ports { containerPort } labels { key value } stale systemType
    provider { name status } } sources { status provider { name } } } }"""
FILTERED = """{ virtualMachines(maxAge: 3600, last: 20, orderBy: {field: CREATED_AT}, filter: {
    state: [RUNNING], name: "1", tags: [{key: "env"}], search: "web", size: ["small"],
    address: ["192.0.2.1"], createdAfter: "2020-01-01T00:00:00Z" }) {
    totalCount nodes { name changes(first: 3) { field } } } }"""
JOBS = """{ jobs { totalCount nodes { id target { id } requestedBy { login } error { code }
    provider { name } events(first: 5) { totalCount nodes { kind } }
    children(first: 5) { totalCount nodes { state } } retries { totalCount } } } }"""
SCHEDULES = """{ schedules { totalCount nodes { id name times nextRuns filter owner { login }
    runs(first: 3) { totalCount nodes { outcome job { state parent { id } } } } } } }"""
EXPLAIN = """{ explain(query: "{ virtualMachines(maxAge: 0) { totalCount } }") {
    calls sources { region } } }"""
GROUPS = """(maxAge: 3600, groupBy: [{field: REGION}]) { complete totals { count }
    groups { keys { value } measures { count } } } }"""
GROUPS_THEN = GROUPS.replace("maxAge: 3600", 'at: "§now§"')
DIFF = """(from: "§hour§") { complete added sources { status } sourcesBefore { status }
    nodes { kind fields { field } before { name } after { name } } } }"""

# Root fields, with all that hangs below them. Counted with two providers of 12 machines each, two
# jobs, and a repository. A name between § and § is replaced by the id of such an object.
# The jobs are about machines, so the machines are listed anew, and it is asked which of their
# sources are left after the wait.
COUNTS = {
    # the sources, those left, the page, which is all of it, sizes, images, all providers' status
    MACHINES: 6,
    "{ providers { id regions status kind { slug } lastError { code } sources { region } } }": 2,
    # the providers, and all their checks at once
    """{ providers { name check { credentialsValid clockSkewSeconds warnings
        wanting { capability actions regions }
        regions { region latencyMs permissions { capability status } } } } }""": 2,
    "{ providers { viewerRole owner { login } } }": 1,
    "{ providers { virtualMachines(first: 50, maxAge: 3600) { totalCount nodes { name } } } }": 5,
    "{ providers { containers(first: 50, maxAge: 3600) { totalCount nodes { name } } } }": 4,
    "{ providers { volumes(first: 50, maxAge: 3600) { totalCount nodes { name } } } }": 4,
    "{ providers { snapshots(first: 50, maxAge: 3600) { totalCount nodes { name } } } }": 4,
    "{ providers { securityGroups(first: 50, maxAge: 3600) { totalCount nodes { name } } } }": 4,
    "{ providers { keyPairs(first: 50, maxAge: 3600) { totalCount nodes { name } } } }": 4,
    "{ providers { buckets(first: 50, maxAge: 3600) { totalCount nodes { name } } } }": 4,
    "{ providers { repositories(first: 50, maxAge: 3600) { totalCount nodes { name } } } }": 2,
    "{ snapshots(maxAge: 3600) { totalCount nodes { name volume { name machine { name } } } } }": 7,
    "{ securityGroups(maxAge: 3600) { totalCount nodes { name rules { cidr } openToWorld } } }": 2,
    # the sources of both, those left, the page, and the groups of its machines
    """{ virtualMachines(maxAge: 3600, first: 20) { nodes { name securityGroups {
        name rules { cidr } } } } }""": 5,
    # the sources of both, those left, the page, which machines are in its groups, and their rows
    """{ securityGroups(maxAge: 3600) { totalCount nodes { name rules { cidr }
        virtualMachines { name } } } }""": 6,
    "{ keyPairs(maxAge: 3600) { totalCount nodes { name fingerprint publicKey } } }": 2,
    # the sources of images, machines and snapshots, those left, the page, and the rows of each link
    """{ images(maxAge: 3600) { totalCount nodes { name own tags { key } machine { name }
        snapshots { name } virtualMachines { name } } } }""": 7,
    '{ image(id: "§image§", maxAge: 3600) { name own } }': 2,
    # the sources, those left, the page, the images of all of it, and the machines of all of those
    """{ virtualMachines(maxAge: 3600, first: 20) { totalCount nodes { name image {
        name virtualMachines { name } } } } }""": 6,
    '{ snapshot(id: "§snapshot§", maxAge: 3600) { name size } }': 2,
    '{ securityGroup(id: "§group§", maxAge: 3600) { name openPorts } }': 2,
    '{ keyPair(id: "§key§", maxAge: 3600) { name type } }': 2,
    "{ buckets(maxAge: 3600) { totalCount nodes { name versioning public tags { key } } } }": 2,
    '{ bucket(id: "§bucket§", maxAge: 3600) { name encryption } }': 2,
    # the sources of both, those left, the page, which is all of it, its machines, and their sizes
    """{ volumes(maxAge: 3600) { totalCount complete nodes { id name size type encrypted
        machine { id name size { name } } tags { key } } } }""": 6,
    # the sources of machines and of volumes, and as above
    """{ virtualMachines(maxAge: 3600, first: 20) { totalCount nodes { name
        volumes { name machine { name } } } } }""": 7,
    # the volume's source and row, the sources of three types and those left, and the rows of each
    # of the five fields below
    """{ volume(id: "§volume§", maxAge: 3600) { snapshots { volume { snapshots { volume {
        machine { name } } } } } } }""": 11,
    # the volume's source and row, the sources of both links and those left, and their rows
    '{ volume(id: "§volume§", maxAge: 3600) { name machine { name volumes { name } } } }': 7,
    '{ node(id: "§volume§") { id ... on Volume { name machine { name } } } }': 3,
    # the sources, the page, and which providers have no volumes
    "{ volumes(maxAge: 3600) { totalCount withoutService { provider { name } reason } } }": 3,
    "{ providers { sizes { id name } images { id name } locations { id } } }": 10,
    # the provider; the sources and the page, which is all of it; the sources and the sizes
    """{ provider(id: "§provider§") { id virtualMachines(first: 50, maxAge: 3600) {
        totalCount nodes { name } } sizes { id name } } }""": 6,
    # the sources, those left, the order of both tables, and their rows
    "{ allComputeTypes(maxAge: 3600) { id name memory } }": 5,
    # the sources, those left, the count, the order of all tables, the rows of the nine, and all
    # providers' status
    """{ search(text: "e", first: 100, maxAge: 3600) { totalCount complete nodes { id name region
        createdAt observedAt stale tags { key } provider { status } } } }""": 14,
    # the sources, the page, which is all of it, and all providers' status
    CONTAINERS: 3,
    '{ container(id: "§container§", maxAge: 3600) { name provider { status } } }': 3,
    '{ node(id: "§container§") { id ... on Container { name provider { name } } } }': 1,
    "{ providerKinds { slug label capabilities credentialFields { name } } }": 0,
    # the sources, of which there are none, and the rows
    "{ repositories { id fullName ownerInfo { name } } }": 2,
    "{ repositoriesConnection { totalCount nodes { name } } }": 2,
    "{ repositoriesAggregate { totals { count } } }": 2,
    # the sources; the names, as the oldest row writes them
    "{ community { name repositories { name } } }": 4,
    "{ viewer { login repositories(last: 3) { totalCount nodes { name } } } }": 3,
    "{ host { cpu { model } } }": 0,
    "{ users { totalCount nodes { login name active superuser } } }": 2,
    "{ teams { id name } }": 1,
    "{ auditEvents { totalCount nodes { action login userId arguments result } } }": 2,
    "{ apiTokens { id name lastUsedAt providers { id } } }": 1,
    "{ sessions { id current address } }": 1,
    # the sources, those left, the count, the page; nothing is found, so no changes are looked up
    FILTERED: 4,
    # the machine's source, its row, size and image, the provider's status
    """{ virtualMachine(id: "§machine§", maxAge: 3600) {
        name size { name } image { name } provider { status } changes { field } } }""": 6,
    '{ node(id: "§machine§") { id ... on VirtualMachine { name provider { name } } } }': 1,
    '{ node(id: "§provider§") { id ... on Provider { name status } } }': 2,
    '{ repository(name: "book", owner: "team") { fullName } }': 2,
    # of no changes no objects are looked up
    "{ changes { totalCount nodes { type field target { id } provider { name } } } }": 2,
    # the page and its count; targets, providers, events, children, those that the user sees of
    # them, and retries, of all jobs at once
    JOBS: 10,
    '{ job(id: "§job§") { state events { nodes { kind } } target { id } } }': 3,
    # the page and its count; the runs and their count, the jobs, and what the user sees of their
    # children, of all schedules at once
    SCHEDULES: 6,
    '{ schedule(id: "§schedule§") { name nextRuns runs { nodes { message } } } }': 4,
    EXPLAIN: 1,
    # the sources, those left where machines are listed anew, and the groups, whose sum the total is
    f"{{ virtualMachinesAggregate{GROUPS}": 3,
    f"{{ containersAggregate{GROUPS}": 2,
    f"{{ volumesAggregate{GROUPS}": 2,
    f"{{ snapshotsAggregate{GROUPS}": 2,
    f"{{ securityGroupsAggregate{GROUPS}": 2,
    f"{{ keyPairsAggregate{GROUPS}": 2,
    f"{{ imagesAggregate{GROUPS}": 2,
    f"{{ bucketsAggregate{GROUPS}": 2,
    # of a moment: the sources, the providers of now and those that are gone, the periods; the page,
    # which is all of it, and all providers' status
    """{ virtualMachines(at: "§now§", first: 200) { totalCount complete sources { status }
        nodes { name size { name } tags { key } provider { status } } } }""": 6,
    # the same, and the sources, the periods and the rows of what is linked
    """{ volumes(at: "§now§") { totalCount nodes { name machine { name } } } }""": 10,
    """{ providers { virtualMachines(at: "§now§", first: 50) {
        totalCount nodes { name } } } }""": 7,
    f"{{ virtualMachinesAggregate{GROUPS_THEN}": 5,
    # the sources, twice the providers and the periods; the numbers; the page and its rows
    **{f"{{ {plural(one)}Diff{DIFF}": 11 for one in RESOURCES if one.has_root_list},
    f"{{ repositoriesDiff{DIFF}": 9,  # there are none
    # the webhooks and their number; the deliveries and their number, of all at once
    "{ webhooks { totalCount nodes { url deliveries(first: 5) { totalCount nodes { id } } } } }": 4,
    '{ webhook(id: "§webhook§") { url deliveries(first: 5) { nodes { id } } } }': 2,
}


def test_every_root_field_is_counted():
    asked = {re.search(r"\w+", query).group() for query in COUNTS}

    # An organization is asked for each time: tests/inventory/schema/test_github.py counts that.
    assert asked | {"organization"} == set(schema.graphql_schema.query_type.fields)


def test_the_lists_of_every_resource_are_counted():
    """Each list is at the root, which the test above checks, and below the providers."""
    below = " ".join(query for query in COUNTS if query.startswith("{ providers {"))

    assert [plural(one) for one in RESOURCES if f" {plural(one)}" not in below] == []


@pytest.fixture
def ids(ask, user, engines):
    """The ids of one object of each kind. All objects are stored before the counting begins."""
    providers = [make_simulator(user, name=name, machines=12) for name in ("one", "two")]
    for name in ("three", "four"):
        connect_engine(user, name=name)
        ENGINES[name, "here"].add(name)
    ask(
        "{ virtualMachines { totalCount } containers { totalCount } buckets { totalCount } "
        "volumes { totalCount } snapshots { totalCount } securityGroups { totalCount } "
        "keyPairs { totalCount } "
        "providers { sizes { id } images { id } locations { id } } }"
    )
    repository_create(creator=user, name="book", full_name="team/book", url="https://example.org")
    machines = VirtualMachine.objects.filter(state="RUNNING").select_related("source__provider")[:2]
    jobs = [machine_change(name="stop", machine=row, requested_by=user) for row in machines]
    schedules = [make_schedule(user, name) for name in ("off", "on")]
    for schedule in schedules:
        schedule_run(schedule=schedule)
    return {
        "schedule": schedules[0].public_id,
        "machine": machine_id(machines[0]),
        "container": target_id(Container.objects.select_related("provider").first()),
        "volume": target_id(Volume.objects.exclude(machine_id=None).first()),
        "snapshot": target_id(Snapshot.objects.first()),
        "group": target_id(SecurityGroup.objects.first()),
        "key": target_id(KeyPair.objects.first()),
        "image": target_id(Image.objects.filter(own=True).first()),
        "bucket": target_id(Bucket.objects.first()),
        "webhook": global_id("Webhook", make_webhook(user, url="https://example.org/").pk),
        "provider": provider_id(providers[0]),
        "job": global_id("Job", jobs[0].pk),
        "now": timezone.now().isoformat(),
        "hour": (timezone.now() - timedelta(hours=1)).isoformat(),
    }


def make_schedule(user, name):
    selection = Selection(limits={"state": ["STOPPED"]}, most=1000)
    return schedule_create(
        owner=user,
        name=name,
        operation="virtual_machine.start",
        arguments=schedule_arguments(selection, {"filter": {"state": ["STOPPED"]}}),
        cron="0 7 * * *",
        timezone="UTC",
    )


@pytest.fixture
def as_before(ids):
    """Sources become again what they are before the first query, and Redis empty."""
    sources = list(Source.objects.all())
    fields = [field.name for field in Source._meta.concrete_fields if not field.primary_key]

    def restore():
        Source.objects.bulk_update(sources, fields)
        client().flushall()

    return restore


def test_the_number_of_statements(ask, user, ids, as_before):
    """One test runs all queries, because storing their objects takes longer than running them.
    No query looks up the same sources twice.
    """
    superuser = make_user(is_superuser=True)
    wrong = {}
    repeated = {}
    for query, count in COUNTS.items():
        asked = query
        for name, value in ids.items():
            asked = asked.replace(f"§{name}§", value)
        as_before()
        with CaptureQueriesContext(connection) as captured:
            answer = ask(asked, superuser if "auditEvents" in query else user)
        assert answer.data
        statements = [entry["sql"] for entry in captured]
        if len(statements) != count:
            wrong[query] = (count, len(statements), statements)
        sources = Counter(one for one in statements if ' FROM "inventory_source"' in one)
        if again := [one for one, times in sources.items() if times > 1]:
            repeated[query] = again

    assert wrong == {}
    assert repeated == {}
