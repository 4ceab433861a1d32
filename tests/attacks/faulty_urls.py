"""The application's addresses, and beside them views that go wrong in every way that a view can."""

import io

from django.db import connection, transaction
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import include, path

from mst_sites.tenancy.models import Site, Team
from mst_sites.tenancy.scope import person_scope
from mst_sites.urls import handler500  # noqa: F401 - Django looks for it here


class FaultError(Exception):
    """What a faulty view raises; its message must reach nobody."""


def rename(request):
    Team.objects.update(name="half written")


def raises(request):
    rename(request)
    raise FaultError("secret-of-the-fault")


def breaks_sql(request):
    rename(request)
    with connection.cursor() as cursor:
        cursor.execute("select * from no_such_table")


def swallows_sql_error(request):
    """Answer as if all were well, although PostgreSQL will keep nothing of it."""
    rename(request)
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1/0")
    except Exception:  # noqa: BLE001, S110 - the mistake that is tested
        pass
    return HttpResponse("saved")


def raises_in_template(request):
    rename(request)
    template = engines["django"].from_string("{% for site in fault %}{% endfor %}")
    return TemplateResponse(request, template, {"fault": Fault()})


class Fault:
    def __iter__(self):
        raise FaultError("secret-of-the-fault")


def leaves_scope_open(request):
    """Enter another person's scope and fail inside it."""
    with connection.cursor() as cursor:
        cursor.execute("select mst_enter_sites('whole')")
    raise FaultError("secret-of-the-fault")


def answers_500(request):
    rename(request)
    return HttpResponse("no", status=500)


def lazy_template(request):
    """Read rows while the template is drawn, after the view has returned."""
    template = engines["django"].from_string("{% for site in sites %}[{{ site.name }}]{% endfor %}")
    return TemplateResponse(request, template, {"sites": Site.objects.order_by("name")})


def lazy_stream(request):
    return StreamingHttpResponse(names())


def names():
    for site in Site.objects.order_by("name"):
        yield site.name


def counts(request):
    return HttpResponse(str(Site.objects.count()))


def nests(request):
    with person_scope(None):
        inside = Site.objects.count()
    return HttpResponse(f"{inside} {Site.objects.count()}")


def swallows_inside_savepoint(request):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select 1/0")
    except Exception:  # noqa: BLE001, S110 - handled as it should be
        pass
    return HttpResponse(str(Site.objects.count()))


def file(request):
    return FileResponse(io.BytesIO(b"%PDF-"), as_attachment=True, filename="x.pdf")


def own_headers(request):
    """Ask to be kept by caches and shown in frames: the middleware knows better."""
    headers = {"Cache-Control": "public, max-age=600", "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse("mine", headers=headers)


def breaks_constraint(request):
    """Let PostgreSQL refuse a row, which is in the statement."""
    Team.objects.update(name=request.POST["typed"], version=-1)


def repeats_what_was_typed(request):
    """Fail with a message that quotes what could not be read."""
    typed = request.POST["typed"]
    try:
        int(typed)
    except ValueError as error:
        raise FaultError(typed) from error


FAULTY = (
    raises,
    breaks_sql,
    swallows_sql_error,
    raises_in_template,
    leaves_scope_open,
    answers_500,
)
FINE = (lazy_template, lazy_stream, counts, nests, swallows_inside_savepoint, file, own_headers)
TALKATIVE = (breaks_constraint, repeats_what_was_typed)

urlpatterns = [
    *(path(f"faulty/{view.__name__}/", view) for view in (*FAULTY, *FINE, *TALKATIVE)),
    path("faulty/invitation/<str:token>/", lambda request, token: raises(request)),
    path("", include("mst_sites.urls")),
]
