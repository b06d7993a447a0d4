"""Some objects of every kind and unfinished jobs, made as users would, in an empty database."""

from django.contrib.auth import get_user_model
from django.utils import timezone

from gateway.core.ids import global_id, local_id
from jobs.api import Job, run_job
from tests.client import GraphQLClient, token_of

STOP = """mutation ($id: ID!, $key: String) { stopVirtualMachine(
    input: {id: $id, idempotencyKey: $key}) { job { id } errors { code message } } }"""
KEY = "the-stop"
SEED = "upgrade"  # of the simulated cloud


def fill():
    users = get_user_model().objects
    client = GraphQLClient(token_of(users.create_superuser("Root", password="correct-horse")))
    bob = users.create_user("bob", password="correct-horse")

    def done(mutation, **variables):
        [payload] = client.data(mutation, **variables).values()
        assert not payload.get("errors"), payload
        return payload

    make_places(done, bob=global_id("User", bob.pk))
    make_jobs(client, done)


def make_places(done, *, bob):
    """A team with a user, a provider that is granted to it, repositories, and an API token."""
    team = done('mutation { createTeam(input: {name: "Straße"}) { team { id } errors { code } } }')
    team_id = team["team"]["id"]
    done(
        """mutation ($team: ID!, $user: ID!) {
            addTeamMember(input: {team: $team, user: $user}) { errors { code } } }""",
        team=team_id,
        user=bob,
    )
    provider = done(
        """mutation ($seed: String!) { connectProvider(input: {kind: "simulator", name: "Cloud",
            regions: ["r1", "r2"], credentials: [{name: "seed", value: $seed},
            {name: "machines", value: "4"}, {name: "boot_ms", value: "0"}]})
            { provider { id } errors { code } } }""",
        seed=SEED,
    )
    done(
        """mutation ($provider: ID!, $team: ID!) { grantProviderAccess(
            input: {provider: $provider, team: $team, role: OPERATOR}) { errors { code } } }""",
        provider=provider["provider"]["id"],
        team=team_id,
    )
    for name in ("book", "Größe"):
        done(
            """mutation ($name: String!) { createRepository(url: "https://github.com/a/book",
                name: $name, fullName: $name, description: "Gregor") { name } }""",
            name=name,
        )
    done(
        """mutation { createApiToken(input: {name: "script", scope: READ})
            { secret errors { code } } }"""
    )


def make_jobs(client, done):
    """Make a job that succeeds, one that waits between steps, and two that wait for a worker."""
    found = client.data(
        """{ virtualMachines(maxAge: 0, filter: {state: RUNNING}, orderBy: {field: NAME})
            { nodes { id provider { id } } } }"""
    )
    machines = found["virtualMachines"]["nodes"]
    ids = [machine["id"] for machine in machines]
    succeeded = done(STOP, id=ids[0])["job"]["id"]
    while not take_step(succeeded).is_finished:
        pass
    assert not take_step(done(STOP, id=ids[1])["job"]["id"]).is_finished
    done(STOP, id=ids[2], key=KEY)
    done(
        """mutation ($provider: ID!, $size: String!, $image: String!) { provisionVirtualMachine(
            input: {provider: $provider, name: "new", size: $size, image: $image,
            userData: "secret"}) { job { id } errors { code message } } }""",
        provider=machines[0]["provider"]["id"],
        **offer_of(client),
    )
    done(
        """mutation ($ids: [ID!]) { createSchedule(input: {name: "evening", ids: $ids,
            operation: "virtual_machine.stop", cron: "0 19 * * *"}) { errors { code } } }""",
        ids=ids[:1],
    )


def offer_of(client):
    """The first size and image of the provider's first region."""
    query = """{ providers { sizes(maxAge: 0) { name }
        images(maxAge: 0) { name } } }"""
    [offers] = client.data(query)["providers"]
    return {name[:-1]: found[0]["name"] for name, found in offers.items()}


def take_step(job_id):
    job = Job.objects.get(pk=local_id(job_id, of="Job"))
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
    run_job(str(job.pk))
    job.refresh_from_db()
    return job
