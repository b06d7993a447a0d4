"""SKUs of Compute Engine in the shape of the Billing Catalog's documentation:
docs.cloud.google.com/billing/v1/how-tos/catalog-api and the reference of services.skus.list.
"""

REGIONS = ("us-central1", "us-east1", "us-west1")


def sku(
    description,
    nanos,
    *,
    group="CPU",
    family="Compute",
    usage="OnDemand",
    unit="h",
    regions=REGIONS,
    units="0",
    free=0,
    currency="USD",
    taxonomy="REGIONAL",
):
    """``free``: how many units a month the first tier has at no charge."""
    rates = [{"startUsageAmount": 0, "unitPrice": money(units, 0 if free else nanos, currency)}]
    if free:
        rates.append({"startUsageAmount": free, "unitPrice": money(units, nanos, currency)})
    return {
        "name": f"services/6F81-5844-456A/skus/{abs(hash(description)):X}",
        "skuId": "2E27-4F75-95CD",
        "description": description,
        "category": {
            "serviceDisplayName": "Compute Engine",
            "resourceFamily": family,
            "resourceGroup": group,
            "usageType": usage,
        },
        "serviceRegions": list(regions),
        "pricingInfo": [
            {
                "summary": "",
                "pricingExpression": {
                    "usageUnit": unit,
                    "displayQuantity": 1,
                    "tieredRates": rates,
                    "baseUnit": "s",
                    "baseUnitConversionFactor": 3600,
                },
                "currencyConversionRate": 1,
                "effectiveTime": "2026-11-01T07:00:00Z",
            }
        ],
        "serviceProviderName": "Google",
        "geoTaxonomy": {"type": taxonomy, "regions": list(regions)},
    }


def money(units, nanos, currency="USD"):
    return {"currencyCode": currency, "units": units, "nanos": nanos}


def ram(description, nanos, **changes):
    return sku(description, nanos, **{"group": "RAM", "unit": "GiBy.h"} | changes)


def storage(description, nanos, **changes):
    given = {"group": "SSD", "family": "Storage", "unit": "GiBy.mo"} | changes
    return sku(description, nanos, **given)


PRICED = [
    sku("N1 Predefined Instance Core running in Americas", 31_611_000, group="N1Standard"),
    ram("N1 Predefined Instance Ram running in Americas", 4_237_000, group="N1Standard"),
    sku("Custom Instance Core running in Americas", 33_174_000),
    ram("Custom Instance Ram running in Americas", 4_446_000),
    ram("Custom Extended Instance Ram running in Americas", 9_550_000),
    sku("N2 Instance Core running in Americas", 31_611_000),
    ram("N2 Instance Ram running in Americas", 4_237_456),
    sku("N2 Custom Instance Core running in Americas", 33_174_000),
    ram("N2 Custom Instance Ram running in Americas", 4_446_000),
    ram("N2 Custom Extended Instance Ram running in Americas", 9_550_000),
    sku("E2 Instance Core running in Americas", 21_811_590),
    ram("E2 Instance Ram running in Americas", 2_923_530),
    sku("Compute optimized Core running in Americas", 33_982_000),
    ram("Compute optimized Ram running in Americas", 4_550_000),
    sku("Memory-optimized Instance Core running in Americas", 34_800_000),
    ram("Memory-optimized Instance Ram running in Americas", 5_100_000),
    sku("Micro Instance with burstable CPU running in Americas", 7_600_000, group="F1Micro"),
    sku("Spot Preemptible N2 Instance Core running in Americas", 8_000_000, usage="Preemptible"),
    ram("Spot Preemptible N2 Instance Ram running in Americas", 1_000_000, usage="Preemptible"),
    storage("Storage PD Capacity", 40_000_000, group="PDStandard", free=30),
    storage("SSD backed PD Capacity", 170_000_000),
    storage("Balanced PD Capacity", 100_000_000),
    storage("Regional Balanced PD Capacity", 200_000_000),
    storage("Storage PD Snapshot in Iowa", 50_000_000, group="PDSnapshot"),
    sku(
        "External IP Charge on a Standard VM",
        5_000_000,
        family="Network",
        group="IpAddress",
        regions=["global"],
        free=744,
    ),
    sku(
        "External IP Charge on a Spot Preemptible VM",
        2_500_000,
        family="Network",
        group="IpAddress",
        regions=["global"],
    ),
]
# None of these is a price of what the gateway shows.
OTHERS = [
    sku("Commitment v1: N2 Cpu in Americas for 1 Year", 20_000_000, usage="Commit1Yr"),
    sku("Sole Tenancy Premium for N2 Instance Core running in Americas", 3_000_000),
    sku("N2 Sole Tenancy Instance Core running in Americas", 31_000_000),
    sku("Nvidia L4 GPU running in Americas", 560_000_000, group="GPU"),
    sku("G2 Instance Core running in Americas", 24_000_000),
    sku("Reserved A2 Instance Core in Americas", 24_000_000),
    sku("Memory Optimized Upgrade Premium for Memory-optimized Instance Core running in US", 9),
    storage("Balanced PD Capacity in Euros", 90_000_000, currency="EUR"),
    storage("Extreme PD IOPS", 65_000_000),
    storage("Storage PD Snapshot in US", 65_000_000, taxonomy="MULTI_REGIONAL"),
    storage("Hyperdisk Balanced IOPS", 5_000),
    sku("C3 Instance Core running in Americas", 0),
    sku("C4 Instance Core running in Americas", 30_000_000, unit="mo"),
    # Two prices for one thing: neither is taken.
    sku("T2D AMD Instance Core running in Americas", 27_502_000),
    sku("T2D AMD Instance Core running in Iowa", 28_000_000),
]
