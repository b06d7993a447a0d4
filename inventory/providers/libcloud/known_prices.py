"""libcloud's file of prices, read once for a driver.

libcloud keeps the prices of a driver that its file names. For any other driver, it reads the file
for each size of a list: 0.4 s of CPU each.
"""

from typing import Any

from libcloud import pricing

COMPUTE = "compute"


def know_prices(driver: Any) -> None:
    """Load the prices of this driver; none if the file does not name it."""
    name = getattr(driver, "api_name", None)
    if not isinstance(name, str) or name in pricing.PRICING_DATA[COMPUTE]:
        return
    try:
        pricing.get_pricing(COMPUTE, name)
    except KeyError:
        pricing.set_pricing(COMPUTE, name, {})
