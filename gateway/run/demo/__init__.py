"""The demo: two clouds that cost nothing, connected as real ones are.

plan    whether there is a demo, and which of its providers are still connected
fleet   the machines of the demo's AWS account, as data
aws     that account: a moto server whose state survives (a process of its own)
seed    connects both providers through the service behind `connectProvider`
"""
