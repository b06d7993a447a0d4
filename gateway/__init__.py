"""The roof of the house: settings, server, commands and the sum of the apps' schemas."""

from gateway.celery import app as celery_app

__all__ = ["celery_app"]
