"""Providers, their machines, sizes and images, read live from the clouds; and repositories.

Inside: ``schema → services, selectors, live → models, providers``. ``access`` is the one gate from
a user to any object.
"""
