"""The administrator of a real OpenStack makes odd servers, and accounts that end."""

import time
import uuid

import requests
import yaml

SECONDS = 120


class Administrator:
    """The administrator of the cloud in a clouds.yaml. ``user``: another user sends the request."""

    def __init__(self, path):
        self._clouds = yaml.safe_load(path.read_text(encoding="utf-8"))["clouds"]
        self._signed_in = {}
        self.keystone = self._clouds["admin"]["auth"]["auth_url"]

    def address(self, service, user="admin"):
        catalogue = self._sign_in(user)[1]["catalog"]
        [found] = [one for one in catalogue if one["type"] == service]
        return next(one["url"] for one in found["endpoints"] if one["interface"] == "public")

    def request(self, method, url, *, user="admin", body=None, headers=None):
        """The JSON of the answer. ``url``: whole, or below nova's address."""
        url = url if "://" in url else self.address("compute") + url
        headers = {"X-Auth-Token": self._sign_in(user)[0], **(headers or {})}
        reply = requests.request(method, url, json=body, headers=headers, timeout=SECONDS)
        reply.raise_for_status()
        return reply.json() if reply.content else {}

    def act(self, server, action, details=None, *, user="admin"):
        body = {action: details}
        self.request("POST", f"/servers/{server}/action", user=user, body=body)

    def server(self, server, *, microversion="2.1"):
        headers = {"OpenStack-API-Version": f"compute {microversion}"}
        return self.request("GET", f"/servers/{server}", headers=headers)["server"]

    def await_status(self, server, *wanted):
        deadline = time.monotonic() + SECONDS
        while (status := self.server(server)["status"]) not in wanted:
            assert time.monotonic() < deadline, f"{server} is {status}"
            time.sleep(0.5)

    def make_flavor(self, **values):
        """Returns the id of the new flavor."""
        own = {"id": f"test-{uuid.uuid4()}", "name": f"test-{uuid.uuid4()}"}
        body = {"flavor": {**own, **values}}
        return self.request("POST", "/flavors", body=body)["flavor"]["id"]

    def delete_flavor(self, flavor):
        self.request("DELETE", f"/flavors/{flavor}")

    def make_application_credential(self, user):
        """The credentials for connectProvider, and the address at which the user deletes them."""
        user_id = self._sign_in(user)[1]["user"]["id"]
        url = f"{self.keystone}/users/{user_id}/application_credentials"
        body = {"application_credential": {"name": f"test-{uuid.uuid4()}"}}
        made = self.request("POST", url, user=user, body=body)["application_credential"]
        given = {
            "auth_url": self.keystone,
            "application_credential_id": made["id"],
            "application_credential_secret": made["secret"],
        }
        return given, f"{url}/{made['id']}"

    def _sign_in(self, user):
        if user not in self._signed_in:
            auth = self._clouds[user]["auth"]
            domain = {"name": auth["user_domain_name"]}
            known = {"name": auth["username"], "password": auth["password"], "domain": domain}
            project = {"name": auth["project_name"], "domain": domain}
            identity = {"methods": ["password"], "password": {"user": known}}
            reply = requests.post(
                f"{auth['auth_url']}/auth/tokens",
                json={"auth": {"identity": identity, "scope": {"project": project}}},
                timeout=SECONDS,
            )
            reply.raise_for_status()
            self._signed_in[user] = reply.headers["X-Subject-Token"], reply.json()["token"]
        return self._signed_in[user]
