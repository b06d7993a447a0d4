"""Costs: the price that holds for a row, and its cost of a month.
``inventory.live`` writes both with the row.

::

    book        a price book in YAML, read and checked
    document    YAML with the line of every value, bounded
    amounts     prices and units, rates and dates in a price book
    books       the price books of providers, stored
    catalogue   clouds' own lists of prices, stored
    sources     a provider's sources of prices
    machines    prices of machines and of their sizes
    storage     prices of volumes, snapshots and buckets
    pricer      from a provider's sources of prices to the columns of its rows
"""
