"""Questions to a stored database: no cloud is asked, and no answer depends on the time."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from jobs.api import UNFINISHED, Job
from tests.client import GraphQLClient, token_of
from tests.functional.upgrade.world import KEY, STOP, take_step

AGE = 1_000_000_000  # seconds: rows of any age will do
PAGED = {
    "virtualMachines": f"orderBy: {{field: NAME}}, maxAge: {AGE}",
    "jobs": "",
    "auditEvents": "",
    "users": "",
}
FIELDS = {
    "virtualMachines": "id name state region tags { key value } createdAt provider { id }",
    "jobs": "id operation state progress attempts createdAt deadlineAt targetName result",
    "auditEvents": "id action outcome login arguments names",
    "users": "id login",
}
LISTS = {
    "providers": "id name status regions grants { id role }",
    "schedules": "nodes { id name cron }",
    "teams": "id name members { nodes { id } }",
    "repositories": "id name fullName",
}


def stored():
    """Pages of two by their cursors, and lists, by name."""
    root = get_user_model().objects.get(username="Root")
    client = GraphQLClient(token_of(root))
    return {name: pages(client, name) for name in FIELDS} | {
        name: client.data(f"{{ {name} {{ {fields} }} }}")[name] for name, fields in LISTS.items()
    }


def pages(client, name):
    found = [page(client, name, after=None)]
    while found[-1]["pageInfo"]["hasNextPage"]:
        found.append(page(client, name, after=found[-1]["pageInfo"]["endCursor"]))
    return found


def page(client, name, *, after):
    query = f"""query ($after: String) {{ {name}(first: 2, after: $after {PAGED[name]})
        {{ totalCount nodes {{ {FIELDS[name]} }} pageInfo {{ endCursor hasNextPage }} }} }}"""
    return client.data(query, after=after)[name]


def again():
    """The job of a request that is repeated under its key, and the code for another request."""
    client = GraphQLClient(token_of(get_user_model().objects.get(username="Root")))
    job = Job.objects.get(idempotency_key=KEY)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now())  # a key is kept for a week
    repeated = client.data(STOP, id=job.target, key=KEY)["stopVirtualMachine"]
    other = Job.objects.exclude(target=job.target).exclude(target=None).earliest("created_at")
    refused = client.data(STOP, id=other.target, key=KEY)["stopVirtualMachine"]
    return {
        "is_same": repeated["job"] == {"id": job.public_id},
        "refused": [error["code"] for error in refused["errors"]],
    }


def ends():
    """The final states of the unfinished jobs, by operation, when workers go on."""
    later = timezone.now() + timedelta(minutes=15)
    flying = Job.objects.filter(state__in=UNFINISHED)
    flying.update(deadline_at=later)
    found = []
    for job in flying.order_by("created_at"):
        while not take_step(job.public_id).is_finished:
            pass
        job.refresh_from_db()
        found.append([job.operation, job.state])
    return found
