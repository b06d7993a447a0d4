"""Clouds that fail, answer in part, hang, recover, lose and gain machines, at random: every answer
is held against a model of the rules (``tests.inventory.live.model``).

`make test` tries a few examples, others each time; `make soak` looks further (MODEL_EXAMPLES).
"""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.core.ids import global_id
from gateway.schema import executor
from inventory.live.source_state import mark_dirty
from inventory.live.store import store_one
from inventory.models import Change, Credentials, Provider, Source, VirtualMachine
from inventory.providers import connect
from inventory.services.providers import provider_update
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.inventory.live.model import CODES, ModelRegionSet, ModelSource

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "12"))
CLOUDS = ("red", "blue")
EVERYWHERE = "green"  # connected with "all"
REGIONS = ("g-1", "g-2", "g-3")
MOST = 6
HANGING_MS = 600  # a cloud that hangs costs it
HEALTHY_MS = 120_000  # what answers must do so on a busy machine
LIST = """query ($age: Int) { virtualMachines(first: 1000, maxAge: $age) {
    complete totalCount
    nodes { externalId state stale lastState missingSince region provider { name } }
    sources { provider { name } region resource status count nextTryAt error { code } } }
    virtualMachinesAggregate(maxAge: $age, groupBy: [{field: PROVIDER}, {field: STATE}]) {
    complete totals { count } groups { keys { label } measures { count } }
    sources { provider { name } region resource status count nextTryAt error { code } } } }"""
ONE = "query ($id: ID!) { virtualMachine(id: $id, maxAge: 0) { state stale } }"

clouds = st.sampled_from(CLOUDS)


class Clock:
    """Django's ``timezone.now``, moved by hand; each look takes a microsecond, so none is equal."""

    def __init__(self):
        self.start = datetime(2026, 6, 1, tzinfo=UTC)
        self.seconds = 0.0
        self._looks = 0

    def now(self):
        self._looks += 1
        return self.start + timedelta(seconds=self.seconds, microseconds=self._looks)


class Clouds(RuleBasedStateMachine):
    clock = None  # the test's, as what follows
    directories = None

    @initialize()
    def connect_clouds(self):
        self.clock.seconds = 0.0
        # The same seeds each time, so that an example can be played again, and no memory of others.
        django_settings.SIMULATOR_DIR = self.directories.mktemp("clouds")
        self.user = make_user()
        self.providers, self.sources, self.models = {}, {}, {}
        for name in CLOUDS:
            provider = make_simulator(
                self.user, name=name, seed=name, machines=3, deadline_ms=HEALTHY_MS, boot_ms=0
            )
            self.providers[name] = provider
            self.sources[name] = machine_source(provider)
            self.models[name] = ModelSource()
            self._look_into(name)
        self.everywhere = make_simulator(
            self.user,
            name=EVERYWHERE,
            seed=EVERYWHERE,
            machines=2,
            regions=["all"],
            region_names=REGIONS[0],
            deadline_ms=HEALTHY_MS,
        )
        self.region_set = ModelRegionSet(names=REGIONS[:1])
        self.region_set.ask(self.clock.seconds, 0)
        self.regions = {}

    # --- what happens at the clouds ---

    @rule(names=st.sets(st.sampled_from(REGIONS), min_size=1))
    def offer_regions(self, names):
        """Regions appear at the cloud, and are listed no more."""
        self.region_set.names = tuple(sorted(names))
        self._set_everywhere(region_names=",".join(self.region_set.names))

    @rule(fails=st.booleans())
    def fail_to_list_regions(self, fails):
        self.region_set.fault = "error_rate" if fails else None
        self._set_everywhere(regions_fail=fails)

    @rule(change=st.sampled_from([{"name": EVERYWHERE}, {"deadline_ms": HEALTHY_MS}]))
    def update_something_else(self, change):
        provider_update(provider=Provider.objects.get(pk=self.everywhere.pk), **change)

    @rule(name=clouds, fault=st.sampled_from([None, *CODES]))
    def behave(self, name, fault):
        self.models[name].fault = fault
        self._set(name, **{each: each == fault for each in CODES})
        deadline_ms = HANGING_MS if fault == "hang" else HEALTHY_MS
        Provider.objects.filter(name=name).update(deadline_ms=deadline_ms)

    @rule(name=clouds, number=st.integers(0, MOST))
    def hold(self, name, number):
        """Machines appear, vanish, and come back."""
        self._set(name, machines=number)
        self._look_into(name)

    @rule(name=clouds, number=st.integers(0, MOST - 1), action=st.sampled_from(["start", "stop"]))
    def change_power(self, name, number, action):
        cloud = self.models[name].cloud
        if not cloud:
            return
        machine = sorted(cloud)[number % len(cloud)]
        if cloud[machine] == {"start": "STOPPED", "stop": "RUNNING"}[action]:
            with self._connected(name) as account:
                account.do("virtual_machines", action, machine)
            self._look_into(name)

    # --- what happens here ---

    @rule(seconds=st.sampled_from([0.7, 6.3, 31.9, 62.1, 95.3, 400.0, 3700.0]))
    def wait(self, seconds):
        self.clock.seconds += seconds

    @rule(name=clouds)
    def end_a_job(self, name):
        mark_dirty(Source.objects.filter(pk=self.sources[name].pk))
        self.models[name].dirty_at = self.clock.seconds
        self.clock.seconds += 0.01

    @rule(name=clouds)
    def provision(self, name):
        """A new machine that we made, seen by the read that ended its job."""
        model = self.models[name]
        if len(model.cloud) == MOST:
            return
        before = set(model.cloud)
        self._set(name, machines=len(model.cloud) + 1)
        self._look_into(name)
        (machine,) = set(model.cloud) - before
        with self._connected(name) as account:
            record = account.find("virtual_machines", machine)
        now = self._away_from_boundaries()
        store_one(self.sources[name], machine, record, started_at=timezone.now(), provisioned=True)
        known = model.rows.get(machine)
        faultless = ModelSource(cloud=model.cloud, rows=model.rows)
        faultless.read_one(machine)
        if known is None or known.provisioned_at is None:
            model.rows[machine].provisioned_at = now

    @rule(name=clouds, seconds=st.sampled_from([31.9, 62.1]))
    def lose_what_was_provisioned(self, name, seconds):
        """A young cloud forgets what it has just made: too early to count."""
        self.behave(name, None)
        held = len(self.models[name].cloud)
        self.provision(name)
        self.hold(name, held)
        self.ask(0)
        self.clock.seconds += seconds
        self.ask(0)

    @rule(name=clouds, number=st.integers(0, MOST))
    def read_one(self, name, number):
        model = self.models[name]
        known = sorted({*model.rows, *model.cloud})
        if not known:
            return
        machine = known[number % len(known)]
        self._away_from_boundaries()
        had_row = machine in model.rows
        answered = model.read_one(machine)
        answer = self._run(ONE, id=self._id(name, machine))
        node = answer["data"]["virtualMachine"]
        assert answer["extensions"]["complete"] is answered
        assert ("errors" in answer) is (not answered and not had_row)
        if answered and machine in model.cloud:
            assert node == {"state": model.cloud[machine], "stale": False}
        elif node is not None:
            assert node == {"state": model.rows[machine].state, "stale": True}

    @rule(age=st.sampled_from([0, 0, 5, 90]))
    def ask(self, age):
        now = self._away_from_boundaries()
        asked = {name for name in CLOUDS if self.models[name].ask(now, age)}
        regions_asked = self.region_set.ask(now, age)
        for region in self.region_set.known:
            if region not in self.regions:
                self.regions[region] = self._model_of(region)
            model = self.regions[region]
            if model.ask(now, age):
                asked.add(region)
        data = self._run(LIST, age=age)["data"]
        page = data["virtualMachines"]

        receipts = {
            (receipt["provider"]["name"], receipt["resource"], receipt["region"]): receipt
            for receipt in page["sources"]
        }
        for name, model in self.models.items():
            place = name, "virtual_machines", self.sources[name].region
            self._compare(receipts.pop(place), model, asked=name in asked)
            assert self._nodes(page, name) == model.shown()
        for region, model in self.regions.items():
            place = EVERYWHERE, "virtual_machines", region
            self._compare(receipts.pop(place), model, asked=region in asked)
        self._compare(
            receipts.pop((EVERYWHERE, "regions", "all")), self.region_set, asked=regions_asked
        )
        assert receipts == {}
        assert self._nodes(page, EVERYWHERE) == {
            machine: row
            for model in self.regions.values()
            for machine, row in model.shown().items()
        }
        models = [*self.models.values(), *self.regions.values()]
        assert page["totalCount"] == sum(len(model.answered) for model in models)
        models.append(self.region_set)
        assert page["complete"] is all(model.failure is None for model in models)
        self._compare_aggregate(data["virtualMachinesAggregate"], page)

    @invariant()
    def what_is_stored_is_what_the_model_has(self):
        """Only an answer writes rows."""
        if not hasattr(self, "models"):
            return
        for name, model in self.models.items():
            rows = VirtualMachine.objects.filter(source=self.sources[name])
            assert dict(rows.values_list("external_id", "state")) == {
                machine: row.state for machine, row in model.rows.items()
            }
            if not model.rows:
                changes = Change.objects.filter(source=self.sources[name])
                assert not changes.exists()

    @invariant()
    def no_region_is_lost(self):
        if not hasattr(self, "regions"):
            return
        stored = Provider.objects.get(pk=self.everywhere.pk)
        assert stored.regions == self.region_set.known

    # --- how it is done ---

    def _compare(self, receipt, model, *, asked):
        assert receipt["status"] in model.status
        if model.failure is None and model.listed_at is not None:
            assert receipt["status"] == ("LIVE" if asked else "CACHED")
        assert (receipt["error"] or {}).get("code") == model.failure
        assert receipt["count"] == model.count
        waits = model.retry_at is not None and model.failure is not None
        assert (receipt["nextTryAt"] is not None) is waits

    def _compare_aggregate(self, aggregate, page):
        """It owes the sources what the list owes them, and counts the rows of the models."""
        assert aggregate["sources"] == page["sources"]
        assert aggregate["complete"] is page["complete"]
        assert aggregate["totals"]["count"] == page["totalCount"]
        counts = Counter()
        for model in self.regions.values():
            counts.update((EVERYWHERE, row.state) for row in model.answered.values())
        for name, model in self.models.items():
            counts.update((name, row.state) for row in model.answered.values())
        assert counts == {
            tuple(key["label"] for key in group["keys"]): group["measures"]["count"]
            for group in aggregate["groups"]
        }

    def _model_of(self, region):
        values = Credentials.objects.get(provider=self.everywhere).values
        with connect(self.everywhere.kind, values, region, 10) as account:
            records = account.read("virtual_machines")
        return ModelSource(cloud={record.external_id: record.state.value for record in records})

    def _set_everywhere(self, **values):
        stored = Credentials.objects.get(provider=self.everywhere)
        stored.values = stored.values | values
        stored.save()

    def _nodes(self, page, name):
        found = {}
        for node in page["nodes"]:
            if node["provider"]["name"] == name:
                assert (node["missingSince"] is not None) is (node["state"] == "MISSING")
                found[node["externalId"]] = node["state"], node["stale"], node["lastState"]
        return found

    def _away_from_boundaries(self):
        """Now, when nothing is about to change by the clock alone."""
        self.clock.seconds += 0.5
        while any(
            abs(moment - self.clock.seconds) < 0.4
            for model in (*self.models.values(), *self.regions.values(), self.region_set)
            for moment in model.boundaries()
        ):
            self.clock.seconds += 1
        return self.clock.seconds

    def _set(self, name, **values):
        """Change the settings of the simulated cloud itself. The gateway gets no notice of it."""
        stored = Credentials.objects.get(provider=self.providers[name])
        stored.values = stored.values | {
            key: float(value) if key == "error_rate" else value for key, value in values.items()
        }
        stored.save()

    def _connected(self, name):
        values = Credentials.objects.get(provider=self.providers[name]).values
        values = values | {"error_rate": 0.0, "partial": False, "garbage": False, "hang": False}
        return connect(self.providers[name].kind, values, self.sources[name].region, 10)

    def _look_into(self, name):
        """Read the content of the cloud from the cloud itself."""
        with self._connected(name) as account:
            records = account.read("virtual_machines")
        self.models[name].cloud = {record.external_id: record.state.value for record in records}

    def _id(self, name, machine):
        region = self.sources[name].region
        return global_id("VirtualMachine", f"{self.providers[name].public_id}:{region}:{machine}")

    def _run(self, query, **variables):
        return executor.run(GraphQLRequest(query, variables), Context(self.user)).as_response()


@pytest.fixture
def clouds_at(monkeypatch, tmp_path_factory):
    """The state machine's own clock, and places for its clouds."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    monkeypatch.setattr(Clouds, "clock", clock)
    monkeypatch.setattr(Clouds, "directories", tmp_path_factory)


@pytest.mark.django_db(transaction=True)
def test_a_machine_that_was_read_alone_before_any_list_is_not_in_a_list(clouds_at):
    """Examples seldom come to it."""
    clouds = Clouds()
    clouds.connect_clouds()
    clouds.behave(name="blue", fault="partial")
    clouds.ask(age=0)
    clouds.read_one(name="blue", number=0)
    clouds.ask(age=0)
    clouds.provision(name="blue")
    clouds.ask(age=0)
    assert len(clouds.models["blue"].answered) < len(clouds.models["blue"].rows)


@pytest.mark.django_db(transaction=True)
def test_every_answer_is_what_the_rules_say(clouds_at):
    run_state_machine_as_test(
        Clouds,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
