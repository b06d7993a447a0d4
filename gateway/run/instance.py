"""One running gateway per DATA_DIR, on a port that is free.

The lock is the kernel's: it ends with its process, however that ends, so a lock file that was left
behind is no obstacle.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.run import ports
from gateway.run.errors import StartError
from gateway.run.options import Options


def prepare_data_dir(options: Options) -> None:
    """Make DATA_DIR and see that it can be written.

    Raises:
        StartError: it cannot.
    """
    try:
        options.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        options.run_dir.mkdir(exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=options.data_dir) as probe:
            probe.write(b"writable")
    except OSError as error:
        raise StartError(
            f"DATA_DIR {options.data_dir} cannot be written: {error.strerror}.\n"
            "Make it writable, or name another one: DATA_DIR=~/gateway-data make run"
        ) from None


@contextmanager
def only_instance(options: Options) -> Iterator[None]:
    """Hold DATA_DIR for the block.

    Raises:
        StartError: another process holds it; the message has the URL of that process.
    """
    # The processes of this run do not inherit a lock of ``lockf``, unlike one of ``flock``.
    descriptor = os.open(options.run_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _running_already(options, os.read(descriptor, 4096)) from None
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "url": options.url}).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _running_already(options: Options, written: bytes) -> StartError:
    try:
        holder = json.loads(written)
    except ValueError:  # it has the lock and is about to write
        holder = {"pid": "?", "url": "another port"}
    return StartError(
        f"The gateway already runs on {options.data_dir}: {holder['url']} "
        f"(process {holder['pid']}).\n"
        "End that one first (Ctrl-C), or start a second one on data and a port of its own:\n"
        f"    DATA_DIR={options.data_dir}-2 PORT={options.port + 1} make run"
    )


def require_free_port(options: Options) -> None:
    """Raises StartError if another process listens on PORT."""
    if not ports.is_free(options.port):
        raise StartError(
            f"Port {options.port} is taken by another program. Choose another port:\n"
            f"    PORT={options.port + 1} make run"
        )
