"""A user with jobs over two providers, one of which is out of their reach; and a canary in it."""

from django.contrib.auth import get_user_model
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat

from gateway.core.accounts.models import ApiToken, Membership, Session, Team
from inventory import models
from inventory.resources import all_resources
from inventory.services.machines import machine_id
from jobs.api import Job, JobEvent, JobState, Schedule, ScheduleRun
from tests.inventory.factories import make_simulator
from tests.jobs.factories import make_job
from tests.matrix.world import STORE, make_schedule

CANARY = "canary"
STOP = "virtual_machine.stop"
NAMED = tuple(one.model for one in all_resources())


class Left:
    """The user's jobs at ``mine``, their own provider, and at ``other``, which they may not see.

    ``mixed`` has a child at ``mine``, which SUCCEEDED, and two at the other one, which are RUNNING;
    ``lost`` has one child, at the other one; ``kept`` one at ``mine``; ``single`` is at the other.
    """

    def __init__(self, world, who):
        self.world, self.who, self.user = world, who, world.people[who]
        self.other = models.Provider.objects.get(name="own-provider")
        self.mine = make_simulator(self.user, name="mine", machines=6)
        world.ask(who, STORE)
        rows = models.VirtualMachine.objects.select_related("provider").order_by("pk")
        ours = list(rows.filter(provider=self.mine))
        theirs = list(rows.filter(provider=self.other))[-4:]
        self.mixed = self._parent(JobState.RUNNING)
        self._job(ours[0], JobState.SUCCEEDED, parent=self.mixed)
        for machine in theirs[:2]:
            self._job(machine, JobState.RUNNING, parent=self.mixed)
        self.lost = self._parent(JobState.FAILED)
        self._job(theirs[2], JobState.FAILED, parent=self.lost)
        self.kept = self._parent(JobState.SUCCEEDED)
        self._job(ours[1], JobState.SUCCEEDED, parent=self.kept)
        self.single = self._job(theirs[3], JobState.FAILED)
        Schedule.objects.filter(owner=self.user).update(name="morning")
        self.schedule = make_schedule(self.user, theirs[0])
        self._name_machines(theirs[0])
        self.machine = ours[2]

    def _parent(self, state):
        job = make_job(state, run_after=None, requested_by=self.user, operation=STOP, progress=33)
        if job.is_finished:
            job.progress, job.result = 100, {"succeeded": 1, "failed": 0, "canceled": 0}
        if job.state == JobState.FAILED:
            job.error_code, job.error_message = "CHILDREN_FAILED", CANARY
        job.save()
        return job

    def _job(self, machine, state, **columns):
        return make_job(
            state,
            requested_by=self.user,
            operation=STOP,
            scope=machine.provider.scope,
            target=machine_id(machine),
            target_name=machine.name,
            scope_name=machine.provider.name,
            **columns,
        )

    def _name_machines(self, machine):
        local = self.schedule.arguments["selection"]["ids"][0]
        self.schedule.arguments["names"] = {local: {"name": machine.name, "provider": CANARY}}
        self.schedule.save()
        for number, job in enumerate((self.mixed, self.lost, self.single)):
            ScheduleRun.objects.create(
                schedule=self.schedule,
                planned_at=job.created_at.replace(microsecond=number),
                outcome="SUBMITTED",
                message=f"Submitted. {CANARY} did not answer.",
                job=job,
            )

    @property
    def ids(self):
        """The ids of the objects that an answer may show."""
        return {
            "Provider": self.mine.scope,
            "VirtualMachine": machine_id(self.machine),
            "Job": self.mixed.public_id,
            "LostJob": self.lost.public_id,
            "LostSingle": self.single.public_id,
            "Schedule": self.schedule.public_id,
        }

    def hide(self):
        """Put the canary into all that is not the user's or at ``mine``."""
        hidden = models.Provider.objects.exclude(pk=self.mine.pk)
        hidden.update(name=Concat(Value(f"{CANARY}-"), "pk", output_field=CharField()))
        for model in NAMED:
            model.objects.filter(provider__in=hidden).update(name=_with_canary("name"))
        models.VirtualMachine.objects.filter(provider__in=hidden).update(tags=[[CANARY, CANARY]])
        models.Change.objects.update(before=CANARY, after=CANARY)
        jobs = Job.objects.exclude(scope=self.mine.scope).exclude(scope=None)
        jobs.update(target_name=CANARY, scope_name=CANARY, error_code=CANARY, error_message=CANARY)
        jobs.update(result=CANARY)
        # Nor does a change show who made it.
        models.Change.objects.update(job_id=jobs[:1].get().pk)
        for job in Job.objects.exclude(scope=self.mine.scope).exclude(pk=self.kept.pk):
            job.events.create(kind="PROGRESS", message=CANARY)
        Team.objects.update(name=_with_canary("name"))
        people = get_user_model().objects.exclude(pk=self.user.pk)
        people.update(username=_with_canary("username"), first_name=CANARY)
        Schedule.objects.exclude(pk=self.schedule.pk).update(name=_with_canary("name"))
        models.Repository.objects.exclude(creator=None).update(url=CANARY, description=CANARY)

    def erase(self):
        """Delete what is out of reach, and leave the jobs over both as if it had never been."""
        hidden = models.Provider.objects.exclude(pk=self.mine.pk)
        Job.objects.filter(scope__in=hidden.values("scope")).delete()
        hidden.delete()
        Team.objects.all().delete()
        self.schedule.arguments["names"] = {}
        Schedule.objects.filter(pk=self.schedule.pk).update(arguments=self.schedule.arguments)
        ScheduleRun.objects.update(message="Submitted.")
        JobEvent.objects.filter(job__in=[self.mixed, self.lost]).delete()
        part = self.mixed.children.get()
        Job.objects.filter(pk=self.mixed.pk).update(
            state="SUCCEEDED",
            progress=100,
            result={"succeeded": 1, "failed": 0, "canceled": 0},
            started_at=part.started_at,
            finished_at=part.finished_at,
        )
        Job.objects.filter(pk=self.lost.pk).update(
            result={"succeeded": 0, "failed": 0, "canceled": 0},
            error_code="PERMISSION_DENIED",
            error_message="What it is about is out of your reach now.",
            started_at=None,
            finished_at=None,
        )

    def erase_beyond_token(self, token):
        """Erase the objects that the user's limited token does not show, too."""
        Job.objects.filter(pk=self.lost.pk).delete()
        Schedule.objects.all().delete()
        Session.objects.all().delete()
        ApiToken.objects.exclude(pk=token.pk).delete()
        Membership.objects.all().delete()
        models.Repository.objects.exclude(creator=None).delete()


def _with_canary(column):
    return Concat(Value(f"{CANARY}-"), F(column), output_field=CharField())
