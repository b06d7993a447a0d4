"""The demo's AWS accounts: moto's EC2 and S3 on loopback, with our fleets and buckets in it.

    python -m gateway.run.demo.aws PORT DIRECTORY

In three ways it behaves like AWS and unlike plain moto: changes outlive a restart, a repeated
client token launches only once, and a running machine keeps its root volume. moto's IAM knows which
access key belongs to which account. It assigns unknown keys to the first account.
"""

import io
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from gateway.core.lasting_imports import lasting_imports
from gateway.run.demo.fleet import FIRM, FLEETS, RESEARCH, Machine, machines
from gateway.run.demo.keys import RESEARCH_KEY
from gateway.run.demo.moto_regions import find_regions_by_name
from gateway.run.ports import LOOPBACK

find_regions_by_name()  # before moto is imported, which asks for them

with lasting_imports():
    from moto.ec2.models import ec2_backends
    from moto.ec2.models.instances import InstanceBackend
    from moto.iam.models import AccessKey, iam_backends
    from moto.moto_api._internal import mock_random
    from moto.s3.models import s3_backends
    from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app

    from gateway.run.demo.buckets import BUCKETS
    from gateway.run.demo.roots import keep_roots  # these import moto, too
    from gateway.run.demo.state import AccountState
    from gateway.run.demo.storage import furnish, is_furnished

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

READING = ("Describe", "Get", "List")
SEEDS = {FIRM: "demo", RESEARCH: "research"}  # a fleet's ids are the same on every machine
# 1,200 images for a service that the demo does not use: listing them would take a second.
ECS_IMAGES_OWNER = "591542846629"
PARTITION = "aws"
READ_METHODS = frozenset({"GET", "HEAD"})
FORM = "application/x-www-form-urlencoded"
NO_TOKEN = "ABCDE"  # noqa: S105  (what moto takes for a missing client token)


class KeptApplication:
    """moto's WSGI application, one request at a time; a change is on disk before its answer."""

    def __init__(self, state: AccountState) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._state = state

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        change = 0
        changing = _changes_something(environ)
        with self._state.lock:
            response = Response.from_app(self._moto, environ, buffered=True)
            if changing:
                change = self._state.note_change()
        if change:
            self._state.save(change)
        return response(environ, start_response)


class QuietHandler(MotoRequestHandler):  # type: ignore[misc]  # moto has no types
    def log_request(self, *_args: object) -> None:
        """Not a line for each call: the terminal is for the gateway's own."""


def main() -> None:
    port, directory = int(sys.argv[1]), Path(sys.argv[2])
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    InstanceBackend.run_instances = _launch_once(InstanceBackend.run_instances)
    keep_roots()
    state = AccountState(directory / "aws-account")
    with lasting_imports():
        state.load()
    # An account may be new to a state that an earlier release has kept.
    missing = [account for account in FLEETS if account not in ec2_backends]
    stores = [account for account in BUCKETS if account not in s3_backends]
    for account in missing:
        build_fleet(account)
    for account in stores:
        build_buckets(account)
    if bare := [account for account in FLEETS if not is_furnished(account)]:
        for account in bare:
            mock_random.seed(f"{SEEDS[account]} storage")
            furnish(account)
        mock_random.seed()
    if missing or stores or bare:
        state.save(state.note_change())
    give_key(RESEARCH_KEY, account=RESEARCH)
    make_server(
        LOOPBACK, port, KeptApplication(state), threaded=True, request_handler=QuietHandler
    ).serve_forever()


def build_fleet(account: str) -> None:
    mock_random.seed(SEEDS[account])
    fleet = list(machines(account))
    for region in dict.fromkeys(machine.region for machine in fleet):
        amis = ec2_backends[account][region].amis
        for image_id in [ami.id for ami in amis.values() if ami.owner_id == ECS_IMAGES_OWNER]:
            del amis[image_id]
    for machine in fleet:
        _launch(machine, account)
    mock_random.seed()  # what is launched later gets ids that nothing has had


def build_buckets(account: str) -> None:
    backend = s3_backends[account][PARTITION]
    for one in BUCKETS[account]:
        bucket = backend.create_bucket(one.name, one.region)
        backend.put_bucket_tagging(one.name, one.tags)
        if one.versioning:
            backend.put_bucket_versioning(one.name, "Enabled")
        for key, text in one.objects.items():
            written = backend.put_object(bucket.name, key, text.encode())
            written.set_metadata({"Content-Type": "text/plain; charset=utf-8"})


def give_key(key_id: str, *, account: str) -> None:
    """Not kept on disk: it is the same at every start."""
    key = AccessKey(user_name="gateway", prefix="AKIA", account_id=account)
    key.access_key_id = key_id
    iam_backends[account]["aws"].access_keys[key_id] = key


def _launch(machine: Machine, account: str) -> None:
    backend = ec2_backends[account][machine.region]
    reservation = backend.run_instances(
        machine.image,
        1,
        None,
        [],
        instance_type=machine.size,
        is_instance_type_default=False,
        region_name=machine.region,
        tags={"instance": machine.tags},
    )
    [instance] = reservation.instances
    instance.launch_time = machine.launched_at.replace(tzinfo=None)  # moto's clock is naive UTC
    if machine.state == "stopped":
        backend.stop_instances([instance.id])
    elif machine.state == "terminated":
        backend.terminate_instances([instance.id])


def _launch_once(launch: Callable[..., object]) -> Callable[..., object]:
    """``run_instances`` that answers a client token it knows with what that one launched."""

    def run_instances(self: InstanceBackend, *args: object, **kwargs: object) -> object:
        token = kwargs.get("client_token")
        if token and token != NO_TOKEN:
            for reservation in self.reservations.values():
                if any(instance.client_token == token for instance in reservation.instances):
                    return reservation
        return launch(self, *args, **kwargs)

    return run_instances


def _changes_something(environ: "WSGIEnvironment") -> bool:
    """EC2 is asked by forms, S3 by methods."""
    if not environ.get("CONTENT_TYPE", "").startswith(FORM):
        return environ["REQUEST_METHOD"] not in READ_METHODS
    body = Request(environ).get_data()
    environ["wsgi.input"] = io.BytesIO(body)
    asked = parse_qs(f"{environ.get('QUERY_STRING', '')}&{body.decode('latin-1')}")
    return not asked.get("Action", ["Get"])[0].startswith(READING)


if __name__ == "__main__":
    main()
