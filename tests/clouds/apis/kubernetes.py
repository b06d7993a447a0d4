"""A cluster's API server, from recordings; tests/recordings/kubernetes says where they are from."""

import copy
import re

from tests.clouds.recorded import RecordedCloud, as_json, recording, route

POD_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
PODS = r"/api/v1/namespaces/([^/]+)/pods"


class Kubernetes(RecordedCloud):
    """``page``: the most that a page has. ``expired``: how many later pages come too late.

    ``denied``: what the token may not do, as "verb resource".
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
        self.version = {"major": "1", "minor": "31", "gitVersion": "v1.31.2"}

    def add(self, count):
        """So many more, copies of the first but for their names."""
        for number in range(count):
            pod = copy.deepcopy(self.pods[0])
            pod["metadata"] |= {"name": f"more-{number:05}", "uid": f"more-{number}"}
            self.pods.append(pod)

    def status(self, code, reason, message, **headers):
        body = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
        }
        return as_json(body, code, **headers)

    def unauthorized(self):
        return self.status(401, "Unauthorized", "Unauthorized")

    def missing(self):
        return self.status(404, "NotFound", "the server could not find the requested resource")

    def no_pod(self, name):
        return self.status(404, "NotFound", f'pods "{name}" not found')

    def forbidden(self, verb, resource):
        message = (
            f'{resource} is forbidden: User "system:serviceaccount:default:gateway" cannot {verb} '
            f'resource "{resource}" in API group "" in the namespace "default"'
        )
        return self.status(403, "Forbidden", message)

    @route("GET", PODS)
    def list_pods(self, request, namespace):
        """A token for the next page has the moment of the first one in it."""
        if "list pods" in self.denied:
            return self.forbidden("list", "pods")
        pods = self.pods if namespace == "default" else []
        return self._paged(request, "PodList", pods)

    @route("GET", r"/api/v1/namespaces")
    def list_namespaces(self, request):
        if "list namespaces" in self.denied:
            return self.forbidden("list", "namespaces")
        return self._paged(request, "NamespaceList", self.namespaces)

    @route("GET", r"/api/v1/namespaces/([^/]+)")
    def get_namespace(self, request, name):
        if "get namespaces" in self.denied:
            return self.forbidden("get", "namespaces")
        found = next((one for one in self.namespaces if one["metadata"]["name"] == name), None)
        if found is None:
            return self.status(404, "NotFound", f'namespaces "{name}" not found')
        return as_json({"kind": "Namespace", "apiVersion": "v1", **found})

    @route("GET", PODS + "/([^/]+)")
    def get_pod(self, request, namespace, name):
        pod = self._pod(namespace, name)
        return as_json({"kind": "Pod", "apiVersion": "v1", **pod}) if pod else self.no_pod(name)

    @route("POST", PODS)
    def create_pod(self, request, namespace):
        pod = copy.deepcopy(request.body)
        name = pod["metadata"]["name"]
        if not POD_NAME.fullmatch(name):
            message = f'Pod "{name}" is invalid: metadata.name: Invalid value: "{name}"'
            return self.status(422, "Invalid", message)
        if self._pod(namespace, name):
            return self.status(409, "AlreadyExists", f'pods "{name}" already exists')
        pod["metadata"] |= {
            "namespace": namespace,
            "uid": f"made-{len(self.pods)}",
            "creationTimestamp": "2026-11-26T10:00:00Z",
        }
        pod["status"] = {"phase": "Pending", "qosClass": "BestEffort"}
        answer = as_json(pod, 201)
        if request.query.get("dryRun") == "All":
            return answer
        container = pod["spec"]["containers"][0]
        running = {"running": {"startedAt": "2026-11-26T10:00:01Z"}}
        status = {"name": container["name"], "state": running, "imageID": "sha256:0123"}
        pod["status"] = {"phase": "Running", "containerStatuses": [status]}
        self.pods.append({key: pod[key] for key in ("metadata", "spec", "status")})
        return answer

    @route("DELETE", PODS + "/([^/]+)")
    def delete_pod(self, request, namespace, name):
        """The options come from the body; the query is read only if there is no body."""
        options = request.body or {"dryRun": [request.query.get("dryRun")]}
        pod = self._pod(namespace, name)
        if pod is None:
            return self.no_pod(name)
        uid = options.get("preconditions", {}).get("uid", pod["metadata"]["uid"])
        if uid != pod["metadata"]["uid"]:
            message = f"the UID in the precondition ({uid}) does not match the UID in record"
            return self.status(409, "Conflict", message)
        if options.get("dryRun") != ["All"]:
            self.pods.remove(pod)
        return as_json({"kind": "Pod", "apiVersion": "v1", **pod})

    @route("GET", r"/version")
    def get_version(self, request):
        return as_json(self.version)

    @route("POST", r"/apis/authorization\.k8s\.io/v1/selfsubjectaccessreviews")
    def review(self, request):
        asked = request.body["spec"]["resourceAttributes"]
        allowed = f"{asked['verb']} {asked['resource']}" not in self.denied
        return as_json(request.body | {"status": {"allowed": allowed}}, 201)

    def _paged(self, request, kind, items):
        start = int(request.query.get("continue", "from-0").removeprefix("from-"))
        if start and self.expired:
            self.expired -= 1
            message = "The provided continue parameter is too old to display a consistent list."
            return self.status(410, "Expired", message)
        end = start + min(self.page, int(request.query["limit"]))
        metadata = {"resourceVersion": "4242"}
        if end < len(items):
            metadata |= {"continue": f"from-{end}", "remainingItemCount": len(items) - end}
        body = {"kind": kind, "apiVersion": "v1", "metadata": metadata, "items": items[start:end]}
        return as_json(body)

    def _pod(self, namespace, name):
        if namespace != "default":
            return None
        return next((one for one in self.pods if one["metadata"]["name"] == name), None)
