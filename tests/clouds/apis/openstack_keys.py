"""Nova's key pairs: "Keypairs" in docs.openstack.org/api-ref/compute, at microversion 2.1."""

import copy
import re

from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from tests.clouds.recorded import as_json, recording, route
from tests.clouds.static_ec2 import Reply

# nova's api/validation/parameter_types.py, ``keypair_name_special_chars``.
NAME = re.compile(r"[\w \-]{1,255}", re.ASCII)
TAKES_PAGES = 35  # microversion 2.35


class KeyPairs:
    """Needs the methods of ``OpenStack``."""

    def __init__(self, **options):
        super().__init__(**options)
        self.key_pairs = recording("openstack/keypairs")["keypairs"]

    def more_key_pairs(self, count):
        for number in range(count):
            self.key_pairs.append(copy.deepcopy(self.key_pairs[0]))
            self.key_pairs[-1]["keypair"]["name"] = f"more-{number}"

    @route("GET", r"/v2\.1/os-keypairs")
    def list_key_pairs(self, request):
        """All of them: "limit" and "marker" are new in version 2.35."""
        assert self._microversion(request) < TAKES_PAGES
        return as_json({"keypairs": self.key_pairs})

    @route("POST", r"/v2\.1/os-keypairs")
    def import_key_pair(self, request):
        given = request.body["keypair"]
        assert given.keys() == {"name", "public_key"}
        if not NAME.fullmatch(given["name"]):
            message = f"Invalid input for field/attribute name. Value: {given['name']}."
            return self.problem(400, "badRequest", message)
        try:
            load_ssh_public_key(given["public_key"].encode())
        except ValueError:
            return self.problem(400, "badRequest", "Keypair data is invalid: no fingerprint.")
        if self._key_pair(given["name"]):
            message = f"Key pair '{given['name']}' already exists."
            return self.problem(409, "conflictingRequest", message)
        fingerprint = ":".join([f"{len(self.key_pairs):02x}"] * 16)
        made = {"keypair": {**given, "fingerprint": fingerprint}}
        self.key_pairs.append(made)
        return as_json({"keypair": {**made["keypair"], "user_id": "a-user"}})

    @route("DELETE", r"/v2\.1/os-keypairs/([^/]+)")
    def delete_key_pair(self, request, name):
        found = self._key_pair(name)
        if found is None:
            return self.problem(404, "itemNotFound", f"Keypair {name} not found for user a-user")
        self.key_pairs.remove(found)
        return Reply(status=202)

    def _key_pair(self, name):
        return next((one for one in self.key_pairs if one["keypair"]["name"] == name), None)
