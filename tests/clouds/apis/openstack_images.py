"""Images at Glance, and images of servers at Nova.

"Images" in docs.openstack.org/api-ref/image/v2, and "Create Image (createImage Action)" in
docs.openstack.org/api-ref/compute. An image that nova creates has the metadata of the request as
its properties, and ``instance_uuid``; its status changes with each look at it.
"""

import re
import uuid

from tests.clouds.recorded import as_json, recording, route
from tests.clouds.static_ec2 import Reply

STATUSES = ("queued", "saving", "active")
ANSWERS_ID = 45  # microversion 2.45; below it the header "Location" has the address alone
LONGEST = 255
NAME = re.compile(r"(?!\s)[^\x00-\x1f]{1,255}(?<!\s)")


class Images:
    """Needs the methods of ``OpenStack``."""

    def __init__(self, **options):
        super().__init__(**options)
        self.glance_images = recording("openstack/images")["images"]

    @property
    def project_id(self):
        return recording("openstack/token")["token"]["project"]["id"]

    @route("GET", r"/v2/images")
    def images(self, request):
        """Filtered as "List images" of the Image service API v2 reference says:
        https://docs.openstack.org/api-ref/image/v2/#list-images

        ``id=in:a,b`` shows the images of these ids, ``status`` those of this status. Hidden images
        are shown alone with ``os_hidden=true``, and left out without it.
        """
        hidden = request.query.get("os_hidden", "false").lower() == "true"
        shown = [one for one in self.glance_images if one.get("os_hidden", False) is hidden]
        for name in ("id", "status"):
            if name in request.query:
                values = request.query[name].removeprefix("in:").split(",")
                shown = [one for one in shown if one[name] in values]
        return as_json(recording("openstack/images") | {"images": shown})

    @route("GET", r"/v2/images/([^/]+)")
    def get_image(self, request, image_id):
        image = self._image(image_id)
        if image is None:
            return self.no_image(image_id)
        shown = dict(image)
        if image["status"] in STATUSES[:-1]:
            image["status"] = STATUSES[STATUSES.index(image["status"]) + 1]
        return as_json(shown)

    @route("DELETE", r"/v2/images/([^/]+)")
    def delete_image(self, request, image_id):
        image = self._image(image_id)
        if image is None:
            return self.no_image(image_id)
        if image["owner"] != self.project_id and "admin" not in self.roles:
            return self.glance_problem(
                403, "Forbidden", "You are not permitted to delete this image."
            )
        if image["protected"]:
            return self.glance_problem(
                403, "Forbidden", f"Image {image_id} is protected and cannot be deleted."
            )
        self.glance_images.remove(image)
        return Reply(status=204)

    def create_image(self, server, details, request):
        """Nova's answer to the action, which ``OpenStack.act`` has checked."""
        assert details.keys() <= {"name", "metadata"}
        metadata = details.get("metadata", {})
        texts = [*metadata, *metadata.values()]
        if not NAME.fullmatch(details["name"]) or any(len(one) > LONGEST for one in texts):
            return self.problem(400, "badRequest", "Invalid input for field/attribute.")
        image_id = str(uuid.uuid4())
        self.glance_images.append(
            {
                "id": image_id,
                "name": details["name"],
                "status": STATUSES[0],
                "visibility": "private",
                "owner": self.project_id,
                "protected": False,
                "os_hidden": False,
                "size": None,
                "virtual_size": None,
                "min_disk": 1,
                "min_ram": 0,
                "container_format": None,
                "disk_format": None,
                "tags": [],
                "created_at": "2026-11-27T09:00:00Z",
                "instance_uuid": server["id"],
                "image_type": "snapshot",
                **metadata,
            }
        )
        if self._microversion(request) >= ANSWERS_ID:
            return as_json({"image_id": image_id}, 202)
        address = f"http://glance.example/v2/images/{image_id}"
        return Reply(status=202, headers={"Location": address})

    def no_image(self, image_id):
        return self.glance_problem(404, "Not Found", f"No image found with ID {image_id}")

    def glance_problem(self, status, title, message):
        """Glance's errors are WebOb's, in JSON for who accepts it alone: webob/exc.py, 1.8.8."""
        code, text = f"{status} {title}", f"{message}<br /><br />\n\n\n"
        return as_json({"message": text, "code": code, "title": title}, status)

    def _image(self, image_id):
        return next((one for one in self.glance_images if one["id"] == image_id), None)
