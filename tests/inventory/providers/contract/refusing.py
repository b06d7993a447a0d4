"""Back ends that answer with a row of their kind's table of refusals, in the cloud's own form."""

from contextlib import contextmanager

from inventory.providers.libvirt.procedures import Procedure
from inventory.providers.simulator.driver import SimulatorDriver
from tests.clouds.apis import libvirt
from tests.clouds.recorded import as_json
from tests.clouds.static_ec2 import instance_xml, instances_xml, refusal, reply


def in_azures_form(row):
    return as_json({"error": {"code": row.word, "message": row.sample}}, row.status)


def in_googles_form(row):
    errors = [{"domain": "global", "reason": row.word or "invalid", "message": row.sample}]
    error = {"code": row.status, "message": row.sample, "errors": errors}
    return as_json({"error": error}, row.status)


def in_openstacks_form(row):
    if row.word == "OverQuota":
        error = {"type": row.word, "message": row.sample, "detail": ""}
        return as_json({"NeutronError": error}, row.status)
    word = row.word or "badRequest"
    return as_json({word: {"code": row.status, "message": row.sample}}, row.status)


def in_digitaloceans_form(row):
    return as_json({"id": row.word or "forbidden", "message": row.sample}, row.status)


def in_linodes_form(row):
    return as_json({"errors": [{"reason": row.sample}]}, row.status)


def in_kubernetes_form(row):
    status = {"kind": "Status", "status": "Failure", "message": row.sample}
    return as_json(status | {"reason": row.word, "code": row.status}, row.status)


def in_dockers_form(row):
    return as_json({"message": row.sample}, row.status)


def in_ec2s_form(row):
    return refusal(row.word, row.sample, status=row.status)


FORMS = {
    "aws": in_ec2s_form,
    "azure": in_azures_form,
    "digitalocean": in_digitaloceans_form,
    "docker": in_dockers_form,
    "google": in_googles_form,
    "kubernetes": in_kubernetes_form,
    "linode": in_linodes_form,
    "openstack": in_openstacks_form,
}
# The calls of libvirt by which the jobs of this package's tests act.
ACTS = {Procedure.DOMAIN_SHUTDOWN, Procedure.DOMAIN_CREATE}


@contextmanager
def refusing(account, row, monkeypatch, *, reads=True):
    """Every request is refused as ``row`` says; without ``reads``, those that change something."""
    if account.slug == "simulator":
        _refuse_in_process(row, monkeypatch, reads=reads)
        yield
    elif account.slug == "libvirt":
        answer = libvirt.refused(int(row.word), row.sample)
        monkeypatch.setitem(libvirt.FAULTS, "refusal", answer)
        if not reads:
            account.daemon.fault_meets = lambda call: call in ACTS
        account.daemon.fault = "refusal"
        yield
    elif account.slug == "aws":
        with account.answered_by(_script(FORMS["aws"](row), reads=reads)):
            yield
    else:
        meets = account.cloud.fault_meets
        if not reads:
            account.cloud.fault_meets = lambda one: meets(one) and one.method != "GET"
        account.cloud.fault = FORMS[account.slug](row)
        yield


def _refuse_in_process(row, monkeypatch, *, reads):
    def refuse(self, *_args, **_options):
        raise self.refusal(row.word, row.sample)

    for name in ("call",) if reads else ("_change_power",):
        monkeypatch.setattr(SimulatorDriver, name, refuse)


def _script(refused, *, reads):
    def answer(asked):
        if asked["Action"] == "DescribeInstances" and not reads:
            return reply(instances_xml([instance_xml(1)]))
        if asked["Action"] == "DescribeInstanceAttribute" and not reads:
            return reply("<DescribeInstanceAttributeResponse/>")
        return refused

    return answer
