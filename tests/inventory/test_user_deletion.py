"""Django's ``user.delete()`` deletes all that belongs to a user, and nothing else."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.deletion import Collector
from django.utils import timezone

from gateway.core.accounts.models import Membership, RefreshToken, Session, Team
from gateway.core.accounts.refresh_tokens import refresh_token_issue
from gateway.core.accounts.sessions import session_begin
from gateway.core.accounts.teams import team_member_add
from inventory.live.store import store_listing
from inventory.models import Grant, Provider, Role, VirtualMachine
from inventory.services.grants import grant_set
from inventory.types import MachineRecord, MachineState
from jobs.api import Job, JobState, Schedule
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.jobs.factories import make_parent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    """A user who has something of everything that belongs to users."""
    ann, bob = make_user("ann"), make_user("bob")
    cloud, other = make_simulator(ann, machines=0), make_simulator(bob, machines=0)
    record = MachineRecord("one", "one", MachineState.RUNNING, "on", tags=(("a", "b"),))
    store_listing(machine_source(cloud).pk, [record], started_at=timezone.now())
    grant_set(provider=cloud, role=Role.VIEWER, user=bob, granted_by=ann)
    grant_set(provider=other, role=Role.VIEWER, user=ann, granted_by=bob)
    team = Team.objects.create(name="team")
    team_member_add(team=team, user=ann)
    grant_set(provider=other, role=Role.VIEWER, team=team, granted_by=ann)
    refresh_token_issue(session=session_begin(user=ann))
    Schedule.objects.create(owner=ann, name="nightly", operation="o", cron="0 0 * * *")
    make_parent(JobState.RUNNING, requested_by=ann)
    Job.objects.update(requested_by=ann)
    return ann


@pytest.mark.parametrize(
    "delete", [User.delete, lambda ann: User.objects.filter(pk=ann.pk).delete()]
)
def test_what_belongs_to_a_user_goes_and_the_rest_stays(ann, delete):
    delete(ann)

    assert not User.objects.filter(username="ann").exists()
    assert [provider.owner.username for provider in Provider.objects.all()] == ["bob"]
    for model in (VirtualMachine, Session, RefreshToken, Membership, Schedule):
        assert not model.objects.exists()
    assert set(Job.objects.values_list("requested_by", flat=True)) == {None}
    assert Job.objects.count() == 2
    assert list(Grant.objects.values_list("team__name", "granted_by")) == [("team", None)]


def test_rows_that_are_added_before_the_deletion_begins_go_too(ann, monkeypatch):
    """Django has collected what it deletes before it asks for its first lock."""
    delete = Collector.delete

    def add_and_delete(collector):
        monkeypatch.setattr(Collector, "delete", delete)
        session_begin(user=ann)
        return delete(collector)

    monkeypatch.setattr(Collector, "delete", add_and_delete)
    ann.delete()

    assert Collector.delete is delete
    assert not Session.objects.exists()
    connection.check_constraints()
