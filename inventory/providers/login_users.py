"""The user that an image lets in: by a word of the image's name, the first that it has.

Words that stand for several users at their cloud are left out.
"""

from collections.abc import Mapping

Users = Mapping[str, str]  # the empty word is in every name, known or not

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/managing-users.html
EC2: Users = {
    "bitnami": "bitnami",  # built upon one of the others
    "ubuntu": "ubuntu",
    "debian": "admin",
    "amzn": "ec2-user",
    "al2023": "ec2-user",
    "amazon linux": "ec2-user",
    "oracle": "ec2-user",
    "rhel": "ec2-user",
    "suse": "ec2-user",
}
# https://docs.openstack.org/image-guide/obtain-images.html
OPENSTACK: Users = {
    "cirros": "cirros",
    "ubuntu": "ubuntu",
    "debian": "debian",
    "fedora": "fedora",
}
# https://docs.digitalocean.com/products/droplets/how-to/connect-with-ssh/ and
# https://techdocs.akamai.com/cloud-computing/docs/connect-to-server-over-ssh: on all but a few.
ROOT: Users = {"": "root"}


def login_user(users: Users, image_name: str | None) -> str | None:
    """None: it is not known."""
    name = (image_name or "").lower()
    return next((user for word, user in users.items() if word in name), None)
