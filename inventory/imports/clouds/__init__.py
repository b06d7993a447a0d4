"""Bringing in the clouds that other tools know: from their files, and from the environment.

::

    FILE… ──texts──► text ──files──┬─ cloudmesh  cloudmesh.yaml
                                   ├─ openstack  clouds.yaml + secure.yaml
                                   ├─ aws        ~/.aws/config + ~/.aws/credentials
                                   ├─ azure      ~/.azure: subscriptions and their logins
                                   ├─ tokens     doctl's config.yaml, linode-cli's file
                                   ├─ google     a service account's key
                                   ├─ kubeconfig its contexts
      environment ─────────────────┴─ variables  AWS_…, ARM_…, OS_… and others
                                        │
                                        ▼ Found, or LeftOut with the reason
                names: --as ─► plan: beside what is connected ──► apply, report

Reading asks no cloud and runs no program. No message quotes a file: the line may hold a secret.
"""
