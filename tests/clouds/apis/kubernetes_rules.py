"""Rules by which a kube-apiserver refuses a pod or the options of a request.

``tests/inventory/providers/test_real_kubernetes.py`` sends the same requests to a real server and
compares the answers.
"""

import json
import re

SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
LABEL_KEY = re.compile(
    r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"
)
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
QUANTITY = re.compile(r"[+-]?[0-9.]+([eE][-+]?[0-9]+|[numkKMGTPE]i?)?")
VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
AS_POD = 'Pod in version "v1" cannot be handled as a Pod'
PORT_KEYS = ("containerPort", "hostPort")
PROTOCOLS = {"TCP", "UDP", "SCTP"}
POLICIES = {"Always", "OnFailure", "Never"}


class Refused(Exception):
    """An answer with a "Status" object; ``fields``: the invalid ones of an object."""

    def __init__(self, status, reason, message, fields=()):
        super().__init__(message)
        self.status, self.reason, self.message, self.fields = status, reason, message, fields


def unreadable(message):
    return Refused(400, "BadRequest", message)


def invalid(kind, name, fields, why="Invalid value"):
    each = [f"{field}: {why}" for field in fields]
    shown = each[0] if len(each) == 1 else f"[{', '.join(each)}]"
    return Refused(422, "Invalid", f'{kind} "{name}" is invalid: {shown}', fields)


def pod_in(text, namespace):
    """The pod that a request brings. Raises Refused."""
    unknown = "the object provided is unrecognized (must be of type Pod)"
    try:
        pod = json.loads(text)
    except ValueError as error:
        raise unreadable(unknown) from error
    if not isinstance(pod, dict):
        raise unreadable(unknown)
    if pod.get("kind", "Pod") != "Pod":
        raise unreadable(f'{pod["kind"]} in version "v1" cannot be handled as a Pod')
    require_types(pod)
    if pod.setdefault("metadata", {}).get("namespace", namespace) != namespace:
        raise unreadable(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    return pod


def require_types(pod):
    """The server decodes JSON into typed fields. Raises Refused for another type."""
    metadata, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    texts = [*(metadata.get("labels") or {}).values(), metadata.get("name", "")]
    for container in spec.get("containers") or []:
        texts += [one.get("value", "") for one in container.get("env") or []]
        texts += [*(container.get("args") or []), container.get("image", "")]
        numbers = [one.get(key, 0) for one in container.get("ports") or [] for key in PORT_KEYS]
        if not all(type(one) is int for one in numbers):
            raise unreadable(f"{AS_POD}: readUint32")
        limits = ((container.get("resources") or {}).get("limits") or {}).values()
        if not all(QUANTITY.fullmatch(str(one)) for one in limits):
            raise unreadable(f"{AS_POD}: quantities must match")
    if not all(isinstance(one, str) for one in texts):
        raise unreadable(f"{AS_POD}: ReadString: expects a text")


def invalid_fields(pod):
    """The paths of the fields that a valid pod may not have so, in the server's order."""
    metadata, spec = pod.get("metadata") or {}, pod.get("spec") or {}
    name = metadata.get("name") or ""
    if not _fits(SUBDOMAIN, name, 253):
        yield "metadata.name"
    for key, value in (metadata.get("labels") or {}).items():
        if not _fits(LABEL_KEY, key, 317) or len(key.rpartition("/")[2]) > 63:
            yield "metadata.labels"
        if not _fits(LABEL_VALUE, value, 63):
            yield "metadata.labels"
    if not spec.get("containers"):
        yield "spec.containers"
    for number, container in enumerate(spec.get("containers") or []):
        yield from (f"spec.containers[{number}].{one}" for one in _of_container(container))
    if spec.get("restartPolicy", "Always") not in POLICIES:
        yield "spec.restartPolicy"


def _of_container(container):
    if not _fits(DNS_LABEL, container.get("name") or "", 63):
        yield "name"
    if not container.get("image"):
        yield "image"
    for number, port in enumerate(container.get("ports") or []):
        yield from (f"ports[{number}].{field}" for field in _of_port(port))
    for number, variable in enumerate(container.get("env") or []):
        if not VARIABLE.fullmatch(variable.get("name") or ""):
            yield f"env[{number}].name"
    for name, limit in ((container.get("resources") or {}).get("limits") or {}).items():
        if str(limit).startswith("-"):
            # Without a request, the limit is the request too.
            yield f"resources.limits[{name}]"
            yield f"resources.requests[{name}]"


def _of_port(port):
    if not 0 < port.get("containerPort", 0) < 65536:
        yield "containerPort"
    if not 0 <= port.get("hostPort", 0) < 65536:
        yield "hostPort"
    if port.get("protocol", "TCP") not in PROTOCOLS:
        yield "protocol"


def _fits(pattern, text, longest):
    return len(text) <= longest and pattern.fullmatch(text) is not None


def delete_options(text, query):
    """The options of a DELETE: those of the body, else those of the query. Raises Refused."""
    if not text:
        return {"dryRun": [query["dryRun"]]} if "dryRun" in query else {}
    try:
        options = json.loads(text)
    except ValueError as error:
        raise Refused(500, "", "couldn't get version/kind; json parse error") from error
    if not isinstance(options, dict):
        raise Refused(500, "", "couldn't get version/kind; json parse error")
    if options.get("kind", "DeleteOptions") != "DeleteOptions":
        raise Refused(500, "", f'no kind "{options["kind"]}" is registered for version "v1"')
    if not isinstance(options.get("dryRun") or [], list):
        raise Refused(500, "", "v1.DeleteOptions.DryRun: []string: decode slice: expect [ or n")
    return options


def is_dry_run(values, kind):
    """``values``: of the parameter dryRun in options of this kind. Raises Refused."""
    if any(value != "All" for value in values):
        raise invalid(f"{kind}.meta.k8s.io", "", ["dryRun"], f"Unsupported value: {values}")
    return bool(values)


def require_preconditions(options, metadata):
    """Raises Refused unless the object is the one that the options mean."""
    preconditions = options.get("preconditions") or {}
    for key, word in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        wanted, found = preconditions.get(key), metadata.get(key)
        if wanted is not None and wanted != found:
            message = (
                f'Operation cannot be fulfilled on Pod "{metadata["name"]}": the {word} in the '
                f"precondition ({wanted}) does not match the {word} in record ({found})"
            )
            raise Refused(409, "Conflict", message)
