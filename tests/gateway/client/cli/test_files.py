"""Files that the command line writes: as a whole, or not at all."""

import os
import threading
from contextlib import suppress

import pytest

from gateway_client.cli.exits import CommandError
from gateway_client.cli.files import written

pytestmark = pytest.mark.any_database


def test_a_file_takes_the_place_of_the_old_one_when_it_is_finished(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with written(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"

    with suppress(KeyError), written(path) as file:
        file.write(b"part")
        raise KeyError
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    path, came = tmp_path / "pipe", []
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: came.append(path.read_bytes()))
    reader.start()
    with written(path) as file:
        file.write(b"all of it")
    reader.join()

    assert came == [b"all of it"]
    assert path.is_fifo()


def test_where_nothing_can_be_written_the_error_says_so(tmp_path):
    for path in (tmp_path, tmp_path / "none" / "a.csv"):
        with pytest.raises(CommandError, match=f"{path} cannot be written: "), written(path):
            raise AssertionError
