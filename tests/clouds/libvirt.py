"""A real libvirt, if one runs: `tests/clouds/real/libvirt.sh` starts it and sets the variables."""

import os
import select
import subprocess
import time
from pathlib import Path

URI = os.environ.get("REAL_LIBVIRT")
PKI = Path(os.environ.get("REAL_LIBVIRT_PKI", ""))
OBEDIENT, DEAF = "tiny-linux.qcow2", "nothing.qcow2"  # images
SIZE = "1x256"
BOOT_SECONDS = 90  # without hardware acceleration, beside other tests


def virsh(*words):
    """The output of virsh, which shares no code with the tested kind."""
    command = ["virsh", "--quiet", "--connect", URI, *words]
    done = subprocess.run(  # noqa: S603 - tests' own words
        command, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def await_guest(external_id):
    """Until the obedient guest answers a line on its console: before, it obeys nothing."""
    console = os.open(virsh("ttyconsole", external_id), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    deadline = time.monotonic() + BOOT_SECONDS
    heard = b""
    try:
        while b"guest is up" not in heard:
            assert time.monotonic() < deadline, heard
            os.write(console, b"\n")
            if select.select([console], [], [], 0.5)[0]:
                heard += os.read(console, 4096)
    finally:
        os.close(console)


def daemon_pid():
    """The process id of the daemon that the script started."""
    return int((PKI.parent / "run" / "libvirtd.pid").read_text())


def tls_credentials():
    """The credentials for connectProvider, for the same daemon over TLS, with its one user."""
    return {
        "uri": os.environ["REAL_LIBVIRT_TLS"],
        "username": "gateway",
        "password": "open-for-tests",
        **certificates("client"),
    }


def certificates(client):
    return {
        "ca_certificate": (PKI / "ca.pem").read_text(),
        "client_certificate": (PKI / f"{client}.pem").read_text(),
        "client_key": (PKI / f"{client}.key").read_text(),
    }
