"""Images of a project at Compute Engine: cloud.google.com/compute/docs/reference/rest/v1/images.

That an image of the disk of a running machine needs ``forceCreate`` is in "Create custom images" in
the Compute Engine documentation, cloud.google.com/compute/docs/images/create-custom.
"""

from tests.clouds.apis.google_storage import NAME
from tests.clouds.recorded import as_json, recording, route

HERE = r"/compute/v1/projects/project_name"
ADDRESS = "https://www.googleapis.com/compute/v1/projects/project_name"
IMAGES = HERE + r"/global/images"


class Images:
    """Needs ``Storage`` and ``_one``."""

    def __init__(self, **options):
        super().__init__(**options)
        self.own = recording("google/global_images")
        for number, one in enumerate(self.own["items"][1:]):  # several recorded ones have one name
            name = f"custom-image-{number}"
            one |= {"name": name, "selfLink": f"{ADDRESS}/global/images/{name}"}
        self.image_orders = {}

    @route("GET", IMAGES)
    def own_images(self, request):
        """A new image is shown PENDING once."""
        shown, following = self.page_of(request, self.own["items"])
        reply = as_json(self.own | {"items": shown} | following)
        for one in shown:
            one["status"] = "READY"
        return reply

    @route("GET", IMAGES + r"/([^/]+)")
    def own_image(self, request, name):
        """A new image is shown PENDING once."""
        reply = self._one(self.own["items"], name)
        for one in self.own["items"]:
            if one["name"] == name:
                one["status"] = "READY"
        return reply

    @route("POST", IMAGES)
    def create_image(self, request):
        """The same requestId has the same answer, and a name is taken once."""
        given, request_id = request.body, request.query.get("requestId")
        assert given.keys() == {"name", "sourceDisk", "description", "labels"}
        if request_id in self.image_orders:
            return self.image_orders[request_id]
        if not NAME.fullmatch(given["name"]):
            return self.problem(400, "invalid", "Invalid value for field 'resource.name'.")
        if any(one["name"] == given["name"] for one in self.own["items"]):
            return self.problem(409, "alreadyExists", f"The resource '{given['name']}' exists.")
        found = [one for one in self.disks if one["selfLink"].endswith(f"/{given['sourceDisk']}")]
        if not found:
            return self.missing()
        used = self._user_of(found[0])
        if used and used["status"] == "RUNNING" and request.query.get("forceCreate") != "true":
            return self._in_use(found[0], used)
        facts = {"id": self._number(), "status": "PENDING", "sourceDiskId": found[0]["id"]}
        link = {"selfLink": f"{ADDRESS}/global/images/{given['name']}"}
        size = {"diskSizeGb": found[0]["sizeGb"]}
        self.own["items"].append(self.own["items"][0] | given | facts | link | size)
        answer = self._accepted(self.own["items"][-1], "insert")
        if request_id:
            self.image_orders[request_id] = answer
        return answer

    @route("DELETE", IMAGES + r"/([^/]+)")
    def delete_image(self, request, name):
        found = [one for one in self.own["items"] if one["name"] == name]
        if not found:
            return self.missing()
        self.own["items"].remove(found[0])
        return self._accepted(found[0], "delete")
