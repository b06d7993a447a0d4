"""Which of DigitalOcean's refusals are temporary and which are final.

Most have one word, ``unprocessable_entity``: only the message distinguishes them.
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

RATES = "https://docs.digitalocean.com/reference/api/intro/#rate-limit"
PENDING = "https://github.com/hashicorp/packer/issues/1814"
LIMITS = "https://docs.digitalocean.com/products/droplets/details/limits/"
UNPROCESSABLE = "unprocessable_entity"

REFUSALS = (
    temporary(
        Code.RATE_LIMITED,
        429,
        "API Rate limit exceeded.",
        word="too_many_requests",
        source=RATES,
    ),
    temporary(
        Code.CONFLICT,
        422,
        "Droplet already has a pending event.",
        word=UNPROCESSABLE,
        pattern="pending event",
        source=PENDING,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        422,
        "creating this/these droplet(s) will exceed your droplet limit",
        word=UNPROCESSABLE,
        pattern=r"exceeds? (?:your|the) [\w ]*limit",
        source=LIMITS,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        403,
        "creating this/these droplet(s) will exceed your droplet limit",
        pattern=r"will exceed (?:your|the) [\w ]*limit",
        source=LIMITS,
    ),
)
