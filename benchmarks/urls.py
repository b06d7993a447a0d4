"""The gateway's addresses, and those of what it is measured beside."""

from django.urls import path

from benchmarks.beside.by_hand import machines_by_hand
from benchmarks.beside.stock import stock_view
from gateway.urls import handler400, handler404, handler500
from gateway.urls import urlpatterns as gateway_urls

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("by-hand/", machines_by_hand),
    path("stock/", stock_view),
    *gateway_urls,
]
