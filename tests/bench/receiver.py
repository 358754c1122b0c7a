"""Two views to compare the door with: one that only answers, and the usual one for receipts.

Both go through Django as every view here does. The usual one finds a row of a plain table by its key, without any
trigger or index that this application has besides, which only helps it.
"""

from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from notifyadmin.urls import urlpatterns as installed

ROWS = 20_000


class Person(models.Model):
    """Somebody of whom receipts tell."""

    state = models.CharField(max_length=16, default="submitted")
    code = models.CharField(max_length=16, default="")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "bench_person"


def prepare() -> None:
    """Make the table with its rows."""
    with connection.schema_editor() as editor:
        editor.create_model(Person)
    Person.objects.bulk_create((Person() for _ in range(ROWS)), batch_size=1000)


@csrf_exempt
def only_answers(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"success", content_type="text/plain")


@csrf_exempt
def usual(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=request.POST["id"])
        person.state, person.code = "delivered", request.POST["code"]
        person.save()
    return HttpResponse(b"success", content_type="text/plain")


urlpatterns = [path("bench/only", only_answers), path("bench/usual", usual), *installed]
