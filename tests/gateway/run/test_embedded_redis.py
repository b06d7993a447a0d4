"""A real Redis is started: the module exists to do that."""

import importlib.util
import shutil

import psutil
import pytest
import redis

from gateway.run import embedded_redis
from gateway.run.embedded_redis import find_redis_executable, redis_server
from gateway.run.errors import StartError
from gateway.run.install import redis_install_command


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as started:
        yield started


def test_it_answers_when_the_block_begins(server):
    with redis.Redis.from_url(server.url) as client:
        assert client.set("word", "kept")
        assert client.get("word") == b"kept"


def test_it_refuses_who_does_not_know_the_password(server):
    without_password = "redis://" + server.url.split("@")[1]

    with (
        redis.Redis.from_url(without_password) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_its_password_is_in_no_list_of_processes_and_no_file(server):
    password = server.url.split("@")[0].rsplit(":", 1)[1]

    assert password not in " ".join(psutil.Process(server.process.pid).cmdline())
    for path in server.log.parent.rglob("*"):
        assert password.encode() not in path.read_bytes()


def test_it_listens_on_loopback_alone(server):
    listening = [c for c in psutil.Process(server.process.pid).net_connections() if not c.raddr]

    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_it_ends_with_the_block_although_the_block_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), redis_server(tmp_path) as server:
        1 / 0  # noqa: B018  (any error)

    assert server.process.returncode == 0
    assert not psutil.pid_exists(server.process.pid)


def test_it_keeps_nothing_on_disk(tmp_path):
    with redis_server(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        client.set("word", "lost")

    assert [path.name for path in tmp_path.iterdir()] == ["redis.log"]


def test_a_port_taken_between_the_look_and_the_start_is_no_obstacle(server, tmp_path, monkeypatch):
    taken = int(server.url.rsplit(":", 1)[1].split("/")[0])
    free = embedded_redis.free_port()
    ports = iter([taken, free])
    monkeypatch.setattr(embedded_redis, "free_port", lambda: next(ports))

    with redis_server(tmp_path) as second:
        assert f":{free}/" in second.url
        assert server.process.poll() is None


def test_an_executable_that_ends_at_once_is_reported_with_the_end_of_its_log(tmp_path, monkeypatch):
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\necho 'cannot load libssl'\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    with (
        pytest.raises(StartError, match=r"(?s)does not start.*cannot load libssl"),
        redis_server(tmp_path / "data"),
    ):
        pytest.fail("it must not begin")


def test_a_redis_on_path_is_preferred_to_the_wheel_s(tmp_path, monkeypatch):
    for name in ("valkey-server", "redis-server"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_redis_executable() == str(tmp_path / "redis-server")
    (tmp_path / "redis-server").unlink()
    assert find_redis_executable() == str(tmp_path / "valkey-server")


def test_without_any_redis_the_one_command_that_installs_it_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(StartError) as raised:
        find_redis_executable()

    assert redis_install_command() in str(raised.value)
