"""The demo: three accounts at two clouds that cost nothing, connected in the same way as real ones.

::

    whether  decides if there is a demo, and which of its providers must be connected
    fleet    the machines and regions of the demo's AWS accounts, as data
    storage  the other objects of these accounts
    buckets  their buckets, as data
    roots    keeps the root volumes of running machines
    prices   their price books
    keys     the access keys of each account
    aws      the accounts: a moto server (a process of its own)
    state    the state of the accounts that survives the server
    seed     connects the providers through the service behind `connectProvider`
    moto_regions  lets moto start sooner
"""
