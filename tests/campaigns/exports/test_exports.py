"""Exported lists opened again, at once and out of the background."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.exports import keeping, writing
from campaigns.models import Campaign, Export
from notifyadmin import jobs
from notifyadmin.jobs import LeasedJob
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]
BACKEND = "django.contrib.auth.backends.ModelBackend"
VIEW = "campaigns.view_campaign"
NAMES = {1: "=1+1", 2: "陈晓明", 3: "12345678901234567890", 4: 'a "b", c\nd', 5: "@SUM(A1)", 6: "＝cmd", 7: "007"}


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), "sms", 30, columns=["name"], state="finished")
    for position, name in NAMES.items():
        campaign.recipients.filter(position=position).update(variables={"name": name})
    campaign.recipients.filter(position__gt=3).update(state="delivered", settled_at=timezone.now())
    campaign.recipients.filter(position__lte=2).update(state="undelivered", failure="busy", code="486", reason="Busy.")
    return campaign


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "EXPORTS_FOLDER", tmp_path / "exports")
    return tmp_path / "exports"


@pytest.fixture
def user() -> User:
    return make_user(VIEW)


@pytest.fixture
def staff(client: Client, user: User, campaign: Campaign) -> Client:
    client.force_login(user, BACKEND)
    columns = {"column": ["position", "state", "failure", "reason", "settled_at", "v:name"]}
    client.post(reverse("campaigns:recipients_columns", args=[campaign.pk]), columns)
    return client


def address(campaign: Campaign, kind: str, query: str = "") -> str:
    return reverse("campaigns:recipients_export", args=[campaign.pk, kind]) + query


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def opened_csv(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8")
    assert text.startswith("\ufeff")
    assert "\r\n" in text
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def opened_xlsx(data: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]


def safe(cell: str) -> str:
    is_cut = cell.isdigit() and (len(cell) > 11 or (cell.startswith("0") and cell != "0"))
    return f"'{cell}" if is_cut or (cell and cell[:1] in "=+-@＝") else cell


@pytest.mark.parametrize(
    "query", ["", "?state=undelivered", "?sort=-position", "?number=0004", "?text=陈", "?failure=busy"]
)
def test_a_file_has_the_rows_of_the_page_in_their_order_and_columns(
    staff: Client, campaign: Campaign, query: str
) -> None:
    page = staff.get(reverse("campaigns:recipients", args=[campaign.pk]) + query)
    shown = [[re.sub(r"<[^>]*>", "", str(cell)) for _style, cell in cells] for _row, cells in page.context["rows"]]
    titles = [str(column.label) for column, _sort in page.context["heads"]]
    rows = opened_xlsx(body(staff.get(address(campaign, "xlsx", query))))
    assert [title.removesuffix(f" ({settings.TIME_ZONE})") for title in rows[0]] == titles
    assert len(rows) - 1 == len(shown) > 0
    for cells, row in zip(rows[1:], shown, strict=True):
        assert cells[0].removeprefix("+86") == row[0].replace(" ", "")
        assert cells[1:5] == [part.replace("&quot;", '"') for part in row[1:5]]
        assert cells[6] == row[6]
    as_csv = opened_csv(body(staff.get(address(campaign, "csv", query))))
    assert as_csv == [[safe(cell) for cell in row] for row in rows]


def test_formulas_long_numbers_and_chinese_come_out_as_they_went_in(staff: Client, campaign: Campaign) -> None:
    rows = opened_xlsx(body(staff.get(address(campaign, "xlsx"))))
    assert [row[6] for row in rows[1:8]] == list(NAMES.values())
    cells = opened_csv(body(staff.get(address(campaign, "csv"))))
    assert [row[6] for row in cells[1:8]] == [safe(name) for name in NAMES.values()]
    assert cells[1][0] == "'+8613800000001"
    # A spreadsheet would round the one and drop the zeros of the other.
    assert (cells[3][6], cells[7][6]) == ("'12345678901234567890", "'007")


def test_ticked_rows_alone_are_exported_and_all_columns_when_they_are_asked_for(
    staff: Client, campaign: Campaign
) -> None:
    keys = "&".join(f"id={pk}" for pk in campaign.recipients.filter(position__in=(3, 9)).values_list("pk", flat=True))
    rows = opened_csv(body(staff.get(address(campaign, "csv", f"?{keys}"))))
    assert [row[1] for row in rows[1:]] == ["3", "9"]
    whole = opened_csv(body(staff.get(address(campaign, "csv", "?columns=all"))))
    assert {"Provider's id", "Requests", "name"} <= set(whole[0])
    assert len(whole) == 31


def test_many_blocks_and_several_classes_keep_their_order(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign.recipients.filter(position__in=(20, 22, 24)).update(state="undelivered", failure="off")
    for name, size in (("FIRST", 1), ("BLOCK", 2)):
        monkeypatch.setattr(f"campaigns.following.recipients.exporting.{name}", size)
    monkeypatch.setattr("campaigns.following.recipients.paging.ROWS", 3)
    rows = opened_csv(body(staff.get(address(campaign, "csv", "?state=undelivered"))))
    assert [row[1] for row in rows[1:]] == ["1", "2", "20", "22", "24"]
    found = opened_csv(body(staff.get(address(campaign, "csv", "?text=陈"))))
    assert [row[1] for row in found[1:]] == ["2"]
    assert len(opened_csv(body(staff.get(address(campaign, "csv", "?sort=-number"))))) == 31


def test_times_in_files_are_in_the_zone_of_who_asked_which_their_column_names(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2026, 5, 1, 18, 30, tzinfo=UTC)
    campaign.recipients.filter(position=4).update(settled_at=at)
    staff.cookies["timezone"] = "Europe/Berlin"
    export = asked(staff, campaign, monkeypatch, "?number=0004")
    writing.write(export.pk)
    titles, row = opened_csv(body(staff.get(f"/exports/{export.pk}/file/")))
    assert dict(zip(titles, row, strict=True))["Settled (Europe/Berlin)"] == "2026-05-01 20:30:00"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_list_is_asked_for_written_in_the_background_announced_and_fetched(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, published: list[str], kind: str
) -> None:
    at_once = body(staff.get(address(campaign, kind, "?state=delivered")))
    monkeypatch.setattr(settings, "EXPORT_AT_ONCE_CSV", 10)
    monkeypatch.setattr(settings, "EXPORT_AT_ONCE_XLSX", 10)
    url = address(campaign, kind, "?state=delivered")
    assert "These are up to 27 rows" in staff.get(url).content.decode()
    assert not Export.objects.exists()
    waiting = staff.post(url, follow=True).content.decode()
    assert "Waiting" in waiting
    export = Export.objects.get()
    assert "exports-notice" in staff.get("/campaigns/").content.decode()
    assert "ready" not in staff.get("/exports/notice/").content.decode()
    writing.wake_exports()
    assert "campaigns.write_export" in published
    writing.write(export.pk)
    assert "Your export is ready." in staff.get("/exports/notice/").content.decode()
    fetched = body(staff.get(f"/exports/{export.pk}/file/"))
    opened = opened_csv if kind == "csv" else opened_xlsx
    assert opened(fetched) == opened(at_once)
    assert "exports-notice" not in staff.get("/campaigns/").content.decode()
    staff.post(url)
    writing.write(Export.objects.latest("pk").pk)
    assert "exports-notice" in staff.get("/campaigns/").content.decode()
    assert "Ready" in staff.get("/exports/").content.decode()
    assert "exports-notice" not in staff.get("/campaigns/").content.decode()
    export.refresh_from_db()
    assert (export.state, export.rows, export.size) == ("ready", 27, len(fetched))


def asked(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, query: str = "", kind: str = "csv"
) -> Export:
    for each in ("CSV", "XLSX"):
        monkeypatch.setattr(settings, f"EXPORT_AT_ONCE_{each}", 0)
    staff.post(address(campaign, kind, query))
    return Export.objects.latest("pk")


def test_what_a_killed_worker_began_is_written_by_another_when_its_lease_has_ended(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    class Killed(BaseException):
        pass

    export = asked(staff, campaign, monkeypatch)
    for name, size in (("FIRST", 5), ("BLOCK", 5)):
        monkeypatch.setattr(f"campaigns.following.recipients.exporting.{name}", size)
    with monkeypatch.context() as context, pytest.raises(Killed):
        context.setattr(writing, "_renew", lambda *args: (_ for _ in ()).throw(Killed))
        context.setattr(Path, "unlink", lambda *args, **kwargs: None)
        writing.write(export.pk)
    writing.write(export.pk)
    export.refresh_from_db()
    assert (export.state, export.tries) == ("writing", 1)
    assert staff.get(f"/exports/{export.pk}/file/").status_code == 404
    Export.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    writing.write(export.pk)
    export.refresh_from_db()
    assert (export.state, export.rows, export.tries) == ("ready", 30, 2)
    rows = opened_csv(body(staff.get(f"/exports/{export.pk}/file/")))
    assert [row[1] for row in rows[1:]] == [str(position) for position in range(1, 31)]


def test_a_writer_who_was_given_up_changes_nothing(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(staff, campaign, monkeypatch)
    later = timezone.now() + timedelta(minutes=5)
    renew = writing._renew

    def taken_over(*args: Any) -> None:
        Export.objects.update(lease_until=later, tries=2, token=2)
        renew(*args)

    monkeypatch.setattr(writing, "_renew", taken_over)
    writing.write(export.pk)
    export.refresh_from_db()
    assert (export.state, export.lease_until) == ("writing", later)
    assert keeping.path_of(export) is None


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_worker_that_is_asked_to_stop_hands_the_export_back(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, folder: Path, kind: str
) -> None:
    export = asked(staff, campaign, monkeypatch, kind=kind)
    writing.write(export.pk, stopping=lambda: True)
    export.refresh_from_db()
    assert (export.state, export.lease_until, export.tries) == ("waiting", None, 0)
    assert list(folder.iterdir()) == []


def test_who_takes_over_what_was_handed_back_does_not_lose_his_file_to_its_tidying(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    export = asked(staff, campaign, monkeypatch)
    hand_back, end = LeasedJob.give_way, writing._end
    waiting: list[Any] = []

    def held_up(*given: Any) -> None:
        waiting.append(given)

    def handed_back(job: LeasedJob[Any], given: Any) -> None:
        hand_back(job, given)
        with monkeypatch.context() as context:
            context.setattr(writing, "_end", held_up)
            context.setattr(Path, "unlink", lambda *args, **kwargs: None)
            writing.write(given.pk)

    monkeypatch.setattr(LeasedJob, "give_way", handed_back)
    writing.write(export.pk, stopping=lambda: True)
    end(*waiting[0])
    export.refresh_from_db()
    assert (export.state, export.rows) == ("ready", 30)


def test_an_export_that_takes_every_writer_down_is_given_up_in_words(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(staff, campaign, monkeypatch)
    Export.objects.update(tries=jobs.TRIES)
    writing.write(export.pk)
    assert "cut off several times" in staff.get("/exports/").content.decode()


def test_nobody_else_sees_or_fetches_an_export_and_its_owner_only_while_he_may(
    staff: Client, user: User, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(staff, campaign, monkeypatch)
    writing.write(export.pk)
    colleague = Client()
    colleague.force_login(make_user(VIEW, is_superuser=True), BACKEND)
    assert colleague.get(f"/exports/{export.pk}/file/").status_code == 404
    assert colleague.post(f"/exports/{export.pk}/delete/").status_code == 404
    assert "No export is kept" in colleague.get("/exports/").content.decode()
    assert staff.get(f"/exports/{export.pk}/file/").status_code == 200
    user.user_permissions.clear()
    assert staff.get(f"/exports/{export.pk}/file/").status_code == 403


def test_who_lost_the_permission_gets_no_file_out_of_the_background(
    staff: Client, user: User, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(staff, campaign, monkeypatch)
    user.user_permissions.clear()
    writing.write(export.pk)
    export.refresh_from_db()
    assert (export.state, keeping.path_of(export)) == ("failed", None)


def test_files_are_forgotten_after_their_days_and_deleted_on_demand(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    old, new = asked(staff, campaign, monkeypatch), asked(staff, campaign, monkeypatch)
    for export in (old, new):
        writing.write(export.pk)
    Export.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - timedelta(days=settings.EXPORT_KEEP_DAYS, hours=1)
    )
    keeping.forget_old(timezone.now())
    assert [path.name for path in folder.iterdir()] == [new.file]
    staff.post(f"/exports/{new.pk}/delete/")
    assert not Export.objects.exists()
    assert list(folder.iterdir()) == []


def test_an_export_after_an_erasure_shows_what_is_there_then(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(staff, campaign, monkeypatch, "?state=undelivered")
    campaign.recipients.filter(position=1).update(number="", variables={}, reason="", code="", typed="")
    writing.write(export.pk)
    rows = opened_csv(body(staff.get(f"/exports/{export.pk}/file/")))
    assert rows[1][0] == ""
    assert rows[1][6] == ""
    assert rows[2][0] == "'+8613800000002"


@pytest.mark.parametrize(
    ("url", "permission"),
    [
        ("/campaigns/export", VIEW),
        ("/activity/export", "campaigns.view_activity"),
        ("/receipts/unmatched/export", "campaigns.view_receipt"),
        ("/suppression/export", "campaigns.view_suppression"),
    ],
)
def test_other_lists_are_exported_by_who_may_see_them(campaign: Campaign, url: str, permission: str) -> None:
    visitor = Client()
    visitor.force_login(make_user("campaigns.view_reply"), BACKEND)
    assert visitor.get(f"{url}.csv").status_code == 403
    visitor.force_login(make_user(permission), BACKEND)
    rows = opened_csv(body(visitor.get(f"{url}.csv")))
    assert rows == [[safe(cell) for cell in row] for row in opened_xlsx(body(visitor.get(f"{url}.xlsx")))]
    assert visitor.get(f"{url}.exe").status_code == 404


def test_the_list_of_campaigns_has_the_counts_of_every_state(campaign: Campaign) -> None:
    client = Client()
    client.force_login(make_user(VIEW), BACKEND)
    titles, row = opened_csv(body(client.get("/campaigns/export.csv")))
    found = dict(zip(titles, row, strict=True))
    assert (found["Recipients"], found["Delivered"], found["Undelivered"], found["Pending"]) == ("30", "27", "2", "1")
