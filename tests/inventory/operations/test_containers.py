"""Jobs on containers act never twice, whatever is lost, and report no false success."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.live.store import store_listing
from inventory.models import Container
from inventory.operations import at_most_once, create
from inventory.providers import Cloud, ProviderError, ProviderErrorCode
from inventory.services.container_orders import DeployRequest
from inventory.services.containers import container_deploy
from inventory.types import PortRecord
from jobs.api import Job, retry, run_job
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.actions import container_change, container_restart
from tests.inventory.cloud_patches import patch_cloud, patch_named, plain_cloud, plain_named
from tests.inventory.operations.acting import acting
from tests.inventory.operations.running import messages_of, run_to_its_end
from tests.inventory.operations.test_unclear_answers import lost

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]


class Killed(BaseException):
    """Nothing in a worker survives it, as nothing survives SIGKILL."""


@pytest.fixture
def provider():
    return connect_engine()


@pytest.fixture
def engine(provider):
    return ENGINES["engine", "here"]


@pytest.fixture
def stored(provider, engine):
    """A container that the engine gets and that is seen there."""

    def stored(word, **facts):
        record = engine.add("web", word, **facts)
        sources = provider.sources.select_related("provider")
        refresh([Ask(source, 0) for source in sources])
        containers = Container.objects.select_related("source__provider", "provider")
        return containers.get(external_id=record.external_id)

    return stored


@pytest.fixture
def kill_around(monkeypatch):
    """Runs a job's next step, which dies before or after it calls ``place.function``."""

    def kill(place, function, job, *, after=True):
        original = plain_named(function) if place is Cloud else getattr(place, function)

        def die(*arguments, **options):
            if after:
                original(*arguments, **options)
            raise Killed

        with monkeypatch.context() as patched:
            if place is Cloud:
                patch_named(patched, function, die)
            else:
                patched.setattr(place, function, die)
            with pytest.raises(Killed):
                run_job(str(job.pk))
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())  # it lapses

    return kill


def changed(name, container):
    return run_to_its_end(container_change(name=name, container=container, requested_by=None))


def deployed(provider, **given):
    request = DeployRequest(**({"name": "job", "image": "busybox"} | given))
    return container_deploy(provider=provider, request=request, requested_by=None)


@pytest.mark.parametrize(
    ("name", "word", "state"),
    [
        ("start", "exited", "RUNNING"),
        ("start", "created", "RUNNING"),
        ("start", "paused", "RUNNING"),
        ("stop", "running", "STOPPED"),
        ("stop", "paused", "STOPPED"),
        ("remove", "running", "REMOVED"),
        ("remove", "exited", "REMOVED"),
        ("remove", "dead", "REMOVED"),
    ],
)
def test_it_is_done_once_and_seen(stored, engine, name, word, state):
    container = stored(word)

    ended = changed(name, container)

    assert (ended.state, ended.result) == ("SUCCEEDED", {"state": state})
    assert engine.effects == [name]
    container.refresh_from_db()
    assert container.state == state


@pytest.mark.parametrize(("name", "word"), [("start", "running"), ("stop", "exited")])
def test_what_is_so_already_is_left_alone(stored, engine, name, word):
    ended = changed(name, stored(word))

    assert ended.state == "SUCCEEDED"
    assert "nothing was done" in messages_of(ended)[-1]
    assert engine.effects == []


def test_what_was_removed_elsewhere_is_removed(stored, engine):
    container = stored("running")
    engine.containers.clear()

    ended = changed("remove", container)

    assert ended.state == "SUCCEEDED"
    assert engine.effects == []
    container.refresh_from_db()
    assert container.state == "REMOVED"


@pytest.mark.parametrize("name", ["start", "stop"])
def test_what_is_gone_cannot_be_started_or_stopped(stored, engine, name):
    container = stored("running")
    engine.containers.clear()

    ended = changed(name, container)

    assert (ended.state, ended.error_code) == ("FAILED", "NOT_FOUND")
    assert "container" in ended.error_message


def test_a_container_that_was_never_started_cannot_be_stopped(stored, engine):
    ended = changed("stop", stored("created"))

    assert (ended.state, ended.error_code) == ("FAILED", "CONFLICT")
    assert "created" in ended.error_message
    assert engine.effects == []


def test_a_start_of_what_ends_at_once_is_one_start(stored, engine):
    engine.ends["batch"] = 0

    ended = changed("start", stored("exited", image="batch"))

    assert (ended.state, ended.result) == ("SUCCEEDED", {"state": "STOPPED", "exitCode": 0})
    assert engine.effects == ["start"]


def test_a_start_of_what_ends_badly_is_no_success(stored, engine):
    engine.ends["broken"] = 127

    ended = changed("start", stored("exited", image="broken"))

    assert (ended.state, ended.error_code) == ("FAILED", "PROVIDER_ERROR")
    assert "exit code 127" in ended.error_message
    assert engine.effects == ["start"]


def test_nobody_knows_whether_what_has_ended_was_started_by_a_lost_worker(
    stored, engine, kill_around
):
    engine.ends["batch"] = 0
    container = stored("exited", image="batch")
    job = container_change(name="start", container=container, requested_by=None)
    kill_around(Cloud, "start_container", job)

    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert engine.effects == ["start"]


def lose_answer_of_start(job, *, acts):
    """Takes the step that asks for a start; the answer is lost."""
    cut = {"code": ProviderErrorCode.UNREACHABLE}
    with acting("container.start", lost(cut, acts=acts)):
        run_job(str(job.pk))


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        (("exited", "serves", True), ("RUNNING", ["start"])),
        (("created", "serves", True), ("RUNNING", ["start"])),
        (("created", "batch", True), ("STOPPED", ["start"])),
        (("created", "serves", False), ("RUNNING", ["start"])),
        (("exited", "serves", False), (None, [])),
        (("exited", "batch", True), (None, ["start"])),
    ],
)
def test_after_a_lost_answer_to_a_start_the_container_is_looked_at(
    stored, engine, monkeypatch, case, outcome
):
    (word, image, acts), (state, effects) = case, outcome
    engine.ends["batch"] = 0
    container = stored(word, image=image)
    job = container_change(name="start", container=container, requested_by=None)
    lose_answer_of_start(job, acts=acts)
    job.refresh_from_db()
    assert not job.is_finished

    if state is None or not acts:  # nothing shows: it is looked for a while, and not asked again
        for _ in range(3):
            Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
            run_job(str(job.pk))
        job.refresh_from_db()
        assert not job.is_finished
        monkeypatch.setattr(at_most_once, "LOOK_SECONDS", 0.0)
    ended = run_to_its_end(job)

    if state is None:
        assert (ended.state, ended.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
        assert "may have been started or not" in ended.error_message
    else:
        assert (ended.state, ended.result["state"]) == ("SUCCEEDED", state), ended.error_message
    assert engine.effects == effects


@pytest.mark.parametrize("acts", [True, False])
def test_a_deployment_looks_too_after_a_lost_answer_to_its_start(
    provider, engine, monkeypatch, acts
):
    job = deployed(provider)
    cut = {"code": ProviderErrorCode.TIMEOUT}
    with acting("container.start", lost(cut, acts=acts)):
        while "asking" not in Job.objects.get(pk=job.pk).memory:
            Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
            run_job(str(job.pk))
    if not acts:
        monkeypatch.setattr(at_most_once, "LOOK_SECONDS", 0.0)

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert engine.effects == ["deploy", "start"]


@pytest.mark.parametrize("after", [True, False])
def test_what_was_never_started_before_is_told_by_its_state(stored, engine, kill_around, after):
    container = stored("created")
    job = container_change(name="start", container=container, requested_by=None)
    kill_around(Cloud, "start_container", job, after=after)

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED"
    assert engine.effects == ["start"]


def test_a_restart_is_done_once(stored, engine):
    job = container_restart(container=stored("running"), requested_by=None)

    ended = run_to_its_end(job)

    assert (ended.state, ended.result) == ("SUCCEEDED", {"state": "RUNNING"})
    assert engine.effects == ["restart"]


def test_a_restart_of_a_lost_worker_is_not_repeated(stored, engine, kill_around):
    job = container_restart(container=stored("running"), requested_by=None)
    kill_around(Cloud, "restart_container", job)

    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert engine.effects == ["restart"]


def test_what_does_not_run_is_not_restarted(stored, engine):
    ended = run_to_its_end(container_restart(container=stored("exited"), requested_by=None))

    assert (ended.state, ended.error_code) == ("FAILED", "CONFLICT")
    assert engine.effects == []


def test_a_deployment_is_made_started_and_seen(provider, engine):
    job = deployed(
        provider,
        command=["sleep", "60"],
        environment=[("PASSWORD", "correct-horse")],
        ports=[PortRecord(80, "tcp", 8080)],
        labels=[("app", "web")],
        memory=64,
    )
    assert "correct-horse" not in str(Job.objects.get(pk=job.pk).arguments)

    ended = run_to_its_end(job)

    [order] = engine.orders
    container = Container.objects.get(provider=provider)
    assert ended.state == "SUCCEEDED", ended.error_message
    assert ended.result["externalId"] == container.external_id
    assert ended.result["container"]
    assert engine.effects == ["deploy", "start"]
    assert (container.state, container.provisioned_at is not None) == ("RUNNING", True)
    assert order.command == ("sleep", "60")
    assert order.environment == (("PASSWORD", "correct-horse"),)
    assert order.ports == (PortRecord(80, "tcp", 8080),)
    assert order.labels == (("app", "web"), ("gateway-job", str(job.pk)))
    assert (order.memory, order.client_token) == (64, str(job.pk))


@pytest.mark.parametrize(
    "moment",
    [
        (Cloud, "deploy_container", False),
        (Cloud, "deploy_container", True),
        (create, "store_one", False),
        (Cloud, "start_container", False),
        (Cloud, "start_container", True),
    ],
)
def test_a_worker_that_dies_at_any_point_leaves_one_container(
    provider, engine, kill_around, moment
):
    place, function, after = moment
    job = deployed(provider)
    if function == "start_container":
        run_job(str(job.pk))
        Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
    kill_around(place, function, job, after=after)

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert engine.effects == ["deploy", "start"]
    assert len(engine.containers) == 1


def test_an_answer_that_was_lost_deploys_nothing_again(monkeypatch, provider, engine):
    deploy = plain_cloud("containers", "deploy")

    def deploy_and_lose_the_answer(cloud, order):
        deploy(cloud, order)
        raise ProviderError(ProviderErrorCode.TIMEOUT, "No answer in time.")

    job = deployed(provider)
    with monkeypatch.context() as patched:
        patch_cloud(patched, "containers", "deploy", deploy_and_lose_the_answer)
        run_job(str(job.pk))

    ended = run_to_its_end(job)

    assert (ended.state, ended.attempts) == ("SUCCEEDED", 2)
    assert engine.effects == ["deploy", "start"]


def test_a_retry_goes_on_with_what_the_earlier_job_made(provider, engine):
    job = container_deploy(
        provider=provider,
        request=DeployRequest(name="job", image="busybox"),
        requested_by=provider.owner,
    )
    run_job(str(job.pk))
    Job.objects.filter(pk=job.pk).update(deadline_at=timezone.now(), run_after=timezone.now())
    assert run_to_its_end(job).error_code == "DEADLINE_EXCEEDED"

    again = retry(job=Job.objects.get(pk=job.pk), requested_by=provider.owner)
    Job.objects.filter(pk=again.pk).update(deadline_at=timezone.now() + timedelta(minutes=5))
    ended = run_to_its_end(again)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert engine.effects == ["deploy", "start"]
    assert any("nothing is made again" in message for message in messages_of(ended))


def test_a_name_that_is_taken_is_a_clear_failure(provider, engine):
    engine.add("job")

    ended = run_to_its_end(deployed(provider))

    assert (ended.state, ended.error_code, ended.attempts) == ("FAILED", "CONFLICT", 1)
    assert "taken" in ended.error_message
    assert engine.effects == []


@pytest.mark.parametrize(("code", "state"), [(0, "SUCCEEDED"), (3, "FAILED")])
def test_a_deployment_whose_work_is_done_at_once(provider, engine, code, state):
    engine.ends["busybox"] = code

    ended = run_to_its_end(deployed(provider))

    assert ended.state == state
    assert engine.effects == ["deploy", "start"]
    if code:
        assert f"exit code {code}" in ended.error_message
    else:
        assert ended.result["container"]


def test_it_goes_where_it_is_told(provider, engines):
    both = connect_engine(name="both", regions=("here", "there"))

    ended = run_to_its_end(deployed(both, region="there"))

    assert ended.state == "SUCCEEDED"
    assert engines["both", "there"].effects == ["deploy", "start"]
    assert engines["both", "here"].effects == []


def test_a_listing_that_began_before_a_stop_does_not_bring_running_back(stored, provider, engine):
    container = stored("running")
    began, seen = timezone.now(), list(engine.containers.values())
    changed("stop", container)

    store_listing(container.source_id, seen, started_at=began)

    container.refresh_from_db()
    assert container.state == "STOPPED"
