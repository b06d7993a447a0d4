"""Behaviour that only a real engine shows: REAL_DOCKER has its address, as DOCKER_HOST would."""

import time
import uuid
from dataclasses import replace

import pytest
import requests

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.types import ContainerState, NewContainer
from tests.clouds.docker import HOST, left_as_it_was, real_engine
from tests.clouds.registry import registry

pytestmark = pytest.mark.skipif(not HOST, reason="REAL_DOCKER is the address of no running engine")
Code = ProviderErrorCode


@pytest.fixture(autouse=True)
def _left_as_it_was():
    with left_as_it_was():
        yield


def order(image="busybox", command=("sleep", "3600"), **given):
    token = str(uuid.uuid4())
    return NewContainer(
        f"real-{token[:8]}",
        image,
        token,
        command=command,
        labels=(("gateway-job", token),),
        **given,
    )


def test_a_pull_that_takes_longer_than_a_step_comes_to_its_end(monkeypatch):
    """Asked for anew each time, it would begin from nothing each time."""
    with registry(f"lab/slow:{uuid.uuid4().hex[:8]}", layers=4, delay=3) as served:
        wanted = order(f"127.0.0.1:{served.port}/{served.name}")
        refusals = []
        for _ in range(20):
            try:
                with real_engine(3) as engine:
                    made = engine.create("containers", "deploy", wanted)
                    break
            except ProviderError as error:
                refusals.append(error.code)
        blobs = [path for path in served.asked if "/blobs/" in path]

    assert len(refusals) >= 2
    assert set(refusals) == {Code.TIMEOUT}
    assert made.image == wanted.image
    assert len(blobs) == len(set(blobs)) == 5  # four layers and the configuration, each once


@pytest.mark.parametrize(
    ("refusal", "codes"),
    [
        ((401, "UNAUTHORIZED"), {Code.PERMISSION_DENIED}),
        ((403, "DENIED"), {Code.PERMISSION_DENIED, Code.NOT_FOUND}),  # by the engine's version
        ((404, "MANIFEST_UNKNOWN"), {Code.NOT_FOUND}),
        ((429, "TOOMANYREQUESTS"), {Code.RATE_LIMITED}),
        ((500, "UNKNOWN"), {Code.PROVIDER_ERROR}),
    ],
)
def test_a_registry_that_refuses_says_why_through_the_engine(refusal, codes):
    with registry("lab/tool:1", refusal=refusal) as served, real_engine() as engine:
        before = engine.read("containers")
        with pytest.raises(ProviderError) as caught:
            engine.create("containers", "deploy", order(f"127.0.0.1:{served.port}/lab/tool:1"))

        assert engine.read("containers") == before
    assert caught.value.code in codes
    assert "lab/tool" in caught.value.message


def test_a_reference_that_is_none_is_refused():
    with real_engine() as engine, pytest.raises(ProviderError) as caught:
        engine.create("containers", "deploy", order("No Such/Image"))

    assert (caught.value.code, caught.value.retryable) == (Code.INVALID_REQUEST, False)


def test_a_stop_of_what_hears_no_signal_is_over_within_the_time_there_is():
    with real_engine() as engine:
        made = engine.create("containers", "deploy", order())
        engine.do("containers", "start", made.external_id)
    began = time.monotonic()
    with real_engine(6) as engine:
        engine.do("containers", "stop", made.external_id)
        stopped = engine.find("containers", made.external_id)

    assert time.monotonic() - began < 6
    assert (stopped.state, stopped.exit_code) == (ContainerState.STOPPED, 137)


def test_too_little_memory_is_refused():
    with real_engine() as engine, pytest.raises(ProviderError) as caught:
        engine.create("containers", "deploy", order(memory=1))

    assert caught.value.code is Code.INVALID_REQUEST
    assert "memory" in caught.value.message.lower()


def ask_engine(method, path, **query):
    """The engine's own API, without anything of what is tested."""
    url = HOST.replace("tcp://", "http://") + path
    response = requests.request(method, url, params=query, json={}, timeout=60)
    assert response.ok, response.text
    return response


@pytest.mark.parametrize(("memory", "label"), [(None, "999"), (32, "999"), (32, "")])
def test_a_memory_limit_is_the_engines_whatever_a_label_says(memory, label):
    wanted = order(memory=memory)
    wanted = replace(wanted, labels=(*wanted.labels, ("gateway-memory", label)))
    with real_engine() as engine:
        made = engine.create("containers", "deploy", wanted)
        listed = {one.external_id: one for one in engine.read("containers")}

    assert made.memory == memory
    assert listed[made.external_id] == made


def test_an_image_is_shown_as_it_was_asked_for_after_its_name_has_moved():
    name = f"lab/moving:{uuid.uuid4().hex[:8]}"
    repository, _, tag = name.rpartition(":")
    ask_engine("POST", "/images/busybox:latest/tag", repo=repository, tag=tag)
    with real_engine() as engine:
        made = engine.create("containers", "deploy", order(name))
        ask_engine("POST", "/commit", container=made.external_id, repo=repository, tag=tag)
        listed = {one.external_id: one for one in engine.read("containers")}
        found = engine.find("containers", made.external_id)

    assert found == listed[made.external_id]
    assert found.image == made.image == name
    [entry] = [
        one
        for one in ask_engine("GET", "/containers/json", all="true").json()
        if one["Id"] == made.external_id
    ]
    assert entry["Image"].startswith("sha256:")  # what the list has
