"""The demo: three accounts at two clouds that cost nothing, connected as real ones are.

plan    whether there is a demo, and which of its providers are still connected
fleet   the machines of the demo's AWS accounts, as data
storage what they have beside machines
keys    whose key is whose
aws     those accounts: a moto server whose state survives (a process of its own)
seed    connects the providers through the service behind `connectProvider`
"""
