"""Bringing in the clouds that other tools know: from their files, and from the environment.

::

    FILE… ──texts──► text ──files──┬─ cloudmesh  cloudmesh.yaml
                                   ├─ openstack  clouds.yaml + secure.yaml
                                   ├─ aws        ~/.aws/config + ~/.aws/credentials
                                   ├─ google     a service account's key
                                   ├─ kubeconfig its contexts
      environment ─────────────────┴─ variables  AZURE_…, OS_…, AWS_…, DOCKER_…
                                        │
                                        ▼ Found, or LeftOut with the reason
                              plan: beside what is connected ──► apply

Reading asks no cloud and runs no program. No message quotes a file: the line may hold a secret.
"""
