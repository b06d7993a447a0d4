import dataclasses
import os
import socket
import subprocess
import sys

import pytest

from gateway.run.errors import StartError
from gateway.run.instance import only_instance, prepare_data_dir, require_free_port

HOLD = """
import sys, time
from pathlib import Path
from gateway.run.instance import only_instance
from gateway.run.options import read_options
with only_instance(read_options()):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(options):
    """Another process that holds the data directory."""
    process = subprocess.Popen(  # noqa: S603  (our own code)
        [sys.executable, "-c", HOLD],
        env={**os.environ, "DATA_DIR": str(options.data_dir), "PORT": "18123"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_start_names_the_url_of_the_running_one(options, holder):
    with (
        pytest.raises(StartError, match=rf"127.0.0.1:18123 \(process {holder.pid}\)"),
        only_instance(options),
    ):
        pytest.fail("it must not begin")


def test_a_lock_left_by_a_killed_process_is_no_obstacle(options, holder):
    holder.kill()
    holder.wait()

    with only_instance(options):
        assert b"18000" in (options.run_dir / "lock").read_bytes()


def test_the_lock_is_free_after_the_block(options):
    with only_instance(options):
        pass
    with only_instance(options):
        pass


def test_a_data_directory_is_made_for_its_owner_alone(options, tmp_path):
    chosen = dataclasses.replace(options, data_dir=tmp_path / "new" / "data")

    prepare_data_dir(chosen)

    assert chosen.run_dir.is_dir()
    assert chosen.data_dir.stat().st_mode & 0o777 == 0o700


def test_a_data_directory_that_cannot_be_written_is_refused(options, tmp_path):
    (tmp_path / "file").touch()
    chosen = dataclasses.replace(options, data_dir=tmp_path / "file" / "data")

    with pytest.raises(StartError, match=r"file/data cannot be written: Not a directory"):
        prepare_data_dir(chosen)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_data_directory_is_refused(options):
    options.data_dir.chmod(0o500)

    with pytest.raises(StartError, match="cannot be written: Permission denied"):
        prepare_data_dir(options)


def test_a_taken_port_is_named_with_the_way_out(options):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        chosen = dataclasses.replace(options, port=port)

        with pytest.raises(StartError, match=rf"Port {port} is taken(.|\n)*PORT={port + 1} make"):
            require_free_port(chosen)
    require_free_port(chosen)
