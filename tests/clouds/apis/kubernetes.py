"""A cluster's API server, from recordings; tests/recordings/kubernetes says where they are from."""

import copy
import re

from tests.clouds.apis import kubernetes_rules as rules
from tests.clouds.recorded import RecordedCloud, as_json, recording, route

TOKEN = re.compile(r"from-\d+")
# The real server sends this with a token, by which the rest may be had as it is now.
TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start "
    "a new list without the continue parameter, or use the continue token in this response."
)
PODS = r"/api/v1/namespaces/([^/]+)/pods"


class Kubernetes(RecordedCloud):
    """``page``: the most that a page has. ``expired``: how many later pages come too late.

    ``denied``: what the token may not do, as "verb resource". ``has_roles``: its rights are those
    of a Role in each namespace, which is deleted with the namespace.
    """

    hosts = ("cluster.example",)

    def __init__(self):
        super().__init__()
        self.page = 500
        self.expired = 0
        self.pods = (
            recording("kubernetes/pods_1.31")["items"] + recording("kubernetes/pods")["items"]
        )
        self.namespaces = recording("kubernetes/namespaces")["items"]
        self.denied = set()
        self.has_roles = False
        self.revision = 5000
        self.version = {"major": "1", "minor": "31", "gitVersion": "v1.31.2"}

    def add(self, count):
        """Add ``count`` copies of the first pod, each with its own name."""
        for number in range(count):
            pod = copy.deepcopy(self.pods[0])
            pod["metadata"] |= {"name": f"more-{number:05}", "uid": f"more-{number}"}
            self.pods.append(pod)

    def status(self, code, reason, message, *, fields=(), more="", **headers):
        """A "Status" object; ``fields``: of an invalid object. ``more``: a token of a next page."""
        body = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {"continue": more} if more else {},
            "status": "Failure",
            "message": message,
            "code": code,
        }
        if reason:
            body["reason"] = reason
        if fields:
            body["details"] = {"causes": [{"field": field} for field in fields]}
        return as_json(body, code, **headers)

    def refusal(self, request):
        """Refuse an anonymous request with 403, and a request with a wrong token with 401."""
        token = request.headers.get("Authorization")
        if token is None:
            message = 'forbidden: User "system:anonymous" cannot do this'
            return self.status(403, "Forbidden", message)
        return None if token == f"Bearer {self.token}" else self.unauthorized()

    def unauthorized(self):
        return self.status(401, "Unauthorized", "Unauthorized")

    def missing(self):
        return self.status(404, "NotFound", "the server could not find the requested resource")

    def no_pod(self, name):
        return self.status(404, "NotFound", f'pods "{name}" not found')

    def no_namespace(self, name):
        return self.status(404, "NotFound", f'namespaces "{name}" not found')

    def forbidden(self, verb, resource, name="", namespace="default"):
        """The refusal of an action that the account may not do; None if it may."""
        of_role = self.has_roles and resource == "pods"
        lost = of_role and self._namespace_named(namespace) is None
        if not lost and f"{verb} {resource}" not in self.denied:
            return None
        named = f'{resource} "{name}"' if name else resource
        scope = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
        message = (
            f'{named} is forbidden: User "system:serviceaccount:default:gateway" cannot {verb} '
            f'resource "{resource}" in API group "" {scope}'
        )
        return self.status(403, "Forbidden", message)

    @route("GET", PODS)
    def list_pods(self, request, namespace):
        """A token for the next page has the moment of the first one in it."""
        pods = [one for one in self.pods if _namespace(one) == namespace]
        refused = self.forbidden("list", "pods", namespace=namespace)
        return refused or self._paged(request, "PodList", pods)

    @route("GET", r"/api/v1/pods")
    def list_every_pod(self, request):
        """``list every-pod`` in ``denied``: what a Role in each namespace does not allow."""
        if self.has_roles or {"list every-pod", "list pods"} & self.denied:
            message = (
                'pods is forbidden: User "system:serviceaccount:default:gateway" cannot list '
                'resource "pods" in API group "" at the cluster scope'
            )
            return self.status(403, "Forbidden", message)
        return self._paged(request, "PodList", self.pods)

    @route("GET", r"/api/v1/namespaces")
    def list_namespaces(self, request):
        refused = self.forbidden("list", "namespaces", namespace="")
        return refused or self._paged(request, "NamespaceList", self.namespaces)

    @route("GET", r"/api/v1/namespaces/([^/]+)")
    def get_namespace(self, request, name):
        if refused := self.forbidden("get", "namespaces", name, name):
            return refused
        found = self._namespace_named(name)
        if found is None:
            return self.no_namespace(name)
        return as_json({"kind": "Namespace", "apiVersion": "v1", **found})

    @route("GET", PODS + "/([^/]+)")
    def get_pod(self, request, namespace, name):
        if refused := self.forbidden("get", "pods", name, namespace):
            return refused
        pod = self._pod(namespace, name)
        return as_json({"kind": "Pod", "apiVersion": "v1", **pod}) if pod else self.no_pod(name)

    @route("POST", PODS)
    def create_pod(self, request, namespace):
        refused = self.forbidden("create", "pods", namespace=namespace)
        return refused or self._answered(self._create, request, namespace)

    def _create(self, request, namespace):
        """The options come from the query. The order of the refusals is the real server's."""
        dry = [request.query["dryRun"]] if "dryRun" in request.query else []
        dry = rules.is_dry_run(dry, "CreateOptions")
        pod = rules.pod_in(request.text, namespace)
        if self._namespace_named(namespace) is None:
            return self.no_namespace(namespace)
        name = pod["metadata"].get("name", "")
        if fields := list(dict.fromkeys(rules.invalid_fields(pod))):
            raise rules.invalid("Pod", name, fields)
        if self._pod(namespace, name):
            return self.status(409, "AlreadyExists", f'pods "{name}" already exists')
        return self._created(pod, namespace, dry=dry)

    def _created(self, pod, namespace, *, dry):
        self.revision += 1
        pod["metadata"] |= {
            "namespace": namespace,
            "uid": f"made-{self.revision}",
            "resourceVersion": str(self.revision),
            "creationTimestamp": "2026-11-26T10:00:00Z",
        }
        pod["status"] = {"phase": "Pending", "qosClass": "BestEffort"}
        answer = as_json(pod, 201)
        if dry:
            return answer
        container = pod["spec"]["containers"][0]
        running = {"running": {"startedAt": "2026-11-26T10:00:01Z"}}
        status = {"name": container["name"], "state": running, "imageID": "sha256:0123"}
        pod["status"] = {"phase": "Running", "containerStatuses": [status]}
        self.pods.append({key: pod[key] for key in ("metadata", "spec", "status")})
        return answer

    @route("DELETE", PODS + "/([^/]+)")
    def delete_pod(self, request, namespace, name):
        refused = self.forbidden("delete", "pods", name, namespace)
        return refused or self._answered(self._delete, request, namespace, name)

    def _delete(self, request, namespace, name):
        """The options come from the body; the query is read only if there is no body."""
        options = rules.delete_options(request.text, request.query)
        dry = rules.is_dry_run(options.get("dryRun") or [], "DeleteOptions")
        pod = self._pod(namespace, name)
        if pod is None:
            return self.no_pod(name)
        rules.require_preconditions(options, pod["metadata"])
        if not dry:
            self.pods.remove(pod)
        return as_json({"kind": "Pod", "apiVersion": "v1", **pod})

    def _answered(self, function, *given):
        try:
            return function(*given)
        except rules.Refused as no:
            return self.status(no.status, no.reason, no.message, fields=no.fields)

    @route("GET", r"/version")
    def get_version(self, request):
        return as_json(self.version)

    @route("POST", r"/apis/authorization\.k8s\.io/v1/selfsubjectaccessreviews")
    def review(self, request):
        asked = request.body["spec"].get("resourceAttributes")
        if asked is None:
            fields = ["spec.resourceAttributes"]
            return self.status(422, "Invalid", ".authorization.k8s.io is invalid", fields=fields)
        allowed = f"{asked['verb']} {asked['resource']}" not in self.denied
        return as_json(request.body | {"status": {"allowed": allowed}}, 201)

    def _paged(self, request, kind, items):
        try:
            limit = int(request.query.get("limit") or 0) or len(items)
        except ValueError as error:
            return self.status(400, "BadRequest", str(error))
        token = request.query.get("continue", "from-0")
        if not TOKEN.fullmatch(token):
            message = "invalid continue token: continue key is not valid"
            return self.status(400, "BadRequest", message)
        start = int(token.removeprefix("from-"))
        if start and self.expired:
            self.expired -= 1
            return self.status(410, "Expired", TOO_OLD, more=token)
        end = start + min(self.page, limit)
        metadata = {"resourceVersion": "4242"}
        if end < len(items):
            metadata |= {"continue": f"from-{end}", "remainingItemCount": len(items) - end}
        body = {"kind": kind, "apiVersion": "v1", "metadata": metadata, "items": items[start:end]}
        return as_json(body)

    def _namespace_named(self, name):
        return next((one for one in self.namespaces if one["metadata"]["name"] == name), None)

    def _pod(self, namespace, name):
        found = (one for one in self.pods if _namespace(one) == namespace)
        return next((one for one in found if one["metadata"]["name"] == name), None)


def _namespace(pod):
    return pod["metadata"].get("namespace", "default")
