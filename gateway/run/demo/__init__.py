"""The demo: three accounts at two clouds that cost nothing, connected as real ones are.

::

    whether  whether there is a demo, and which of its providers are still connected
    fleet    the machines and regions of the demo's AWS accounts, as data
    storage  what they have beside machines
    buckets  their buckets, as data
    keys     whose key is whose
    aws      those accounts: a moto server (a process of its own)
    state    what of them survives its end
    seed     connects the providers through the service behind `connectProvider`
    moto_regions  lets moto start sooner
"""
