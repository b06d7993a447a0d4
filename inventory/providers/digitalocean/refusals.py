"""Which of DigitalOcean's refusals are temporary. Many have one word; the message tells them."""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

RATES = "https://docs.digitalocean.com/reference/api/intro/#rate-limit"
PENDING = "https://github.com/hashicorp/packer/issues/1814"
LIMITS = "https://docs.digitalocean.com/products/droplets/details/limits/"
RATE = "API Rate limit exceeded."
EVENT = "Droplet already has a pending event."
FULL = "creating this/these droplet(s) will exceed your droplet limit"
LIMIT = r"exceeds? (?:your|the) [\w ]*limit"
UNPROCESSABLE = "unprocessable_entity"

REFUSALS = (
    temporary(Code.RATE_LIMITED, 429, RATE, word="too_many_requests", source=RATES),
    temporary(
        Code.CONFLICT, 422, EVENT, word=UNPROCESSABLE, pattern="pending event", source=PENDING
    ),
    final(Code.QUOTA_EXCEEDED, 422, FULL, word=UNPROCESSABLE, pattern=LIMIT, source=LIMITS),
    final(Code.QUOTA_EXCEEDED, 403, FULL, pattern=f"will {LIMIT}", source=LIMITS),
)
