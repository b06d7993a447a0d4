"""The page by which a browser uploads a file to a store: a form whose target is the store.

The policy of every other page allows forms to send to the gateway only. This page is made from a
ticket of ``createUploadUrl``, and its policy allows the store of that form. The store answers in a
frame. After an upload it redirects the browser to ``uploaded``, which the frame may show.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from gateway.core.http.headers import SELF, page_policy
from gateway.core.http.upload_forms import NotAForm, UploadForm, form_of
from gateway.core.http.urls import split_url

POLICY = "Content-Security-Policy"


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """A ticket comes by POST, so it appears in no address, log or history."""
    if request.method != "POST":
        return _without_form(request, "An upload begins in a bucket, in the dashboard.", 200)
    try:
        form = form_of(request.POST.get("ticket", ""))
        _check_redirect(request, form)
        origin = form.origin
    except (NotAForm, ValueError) as problem:
        return _without_form(request, str(problem), 400)
    context = {"form": form, "origin": origin, "uploaded": reverse("uploaded")}
    response = render(request, "upload.html", context)
    # The store redirects to this origin: browsers hold a form's redirects to its policy too.
    stores = f"{origin} {SELF}"
    response[POLICY] = page_policy(form_action=stores, frame_src=stores, connect_src="'none'")
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def uploaded(request: HttpRequest) -> HttpResponse:
    response = render(request, "uploaded.html")
    response[POLICY] = page_policy(frame_ancestors=SELF, script_src="'none'", connect_src="'none'")
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _check_redirect(request: HttpRequest, form: UploadForm) -> None:
    """Elsewhere the page would not learn that the store has the file. Raises NotAForm."""
    address = split_url(form.redirect)
    if (address.netloc, address.path) != (request.get_host(), reverse("uploaded")):
        wanted = request.build_absolute_uri(reverse("uploaded"))
        raise NotAForm(f"To be shown as a page, a form needs the redirect {wanted}.")


def _without_form(request: HttpRequest, problem: str, status: int) -> HttpResponse:
    response = render(request, "upload_refused.html", {"problem": problem}, status=status)
    response["Cache-Control"] = "no-store"
    return response
