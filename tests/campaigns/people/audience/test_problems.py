"""The rows that were left out: shown, filtered, downloaded, corrected and brought in again."""

import csv
import io

import pytest
from django.test import Client
from django.utils import translation

from campaigns.models import AudienceProblem, Campaign, ListFile, RowFate, Suppression
from campaigns.people.audience import problems, selectors
from notifyadmin.web import exports
from tests.markup import tight

from .bringing import LIST, newest, page_of, paste, text_of, upload

pytestmark = pytest.mark.django_db


def rows_of(client: Client, campaign: Campaign, query: str = "") -> list[list[str]]:
    answer = client.get(page_of(campaign, "problems", newest(campaign)) + query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(text_of(answer))))


@pytest.mark.stores
def test_all_that_became_of_the_rows_adds_up_to_the_rows(staff: Client, draft: Campaign) -> None:
    Suppression.objects.create(number="8613600136000")
    paste(staff, draft, "mobile,place\n13500135000,1")
    paste(staff, draft, LIST + "13600136000,7\n13500135000,8\n")
    read = newest(draft)
    counts = {fate or "good": number for _, _, number, fate in selectors.parts(read, "Added")}
    assert counts == {"good": 2, "duplicate": 1, "known": 1, "suppressed": 1, "bad": 3}
    assert sum(counts.values()) == read.rows == 8
    page = tight(staff.get(page_of(draft, "list", read)).content)
    assert "Together 8 rows. The numbers add up." in page
    assert page.count('<tr><td class="num sub">') == read.rows - read.good


@pytest.mark.parametrize(("fate", "rows"), [("bad", ["4", "5", "6"]), ("duplicate", ["3"]), ("known", []), ("x", None)])
def test_the_rows_are_filtered_by_what_became_of_them(
    staff: Client, draft: Campaign, fate: str, rows: list[str] | None
) -> None:
    import re

    paste(staff, draft, LIST)
    page = staff.get(page_of(draft, "list", newest(draft)) + f"?fate={fate}").content.decode()
    assert re.findall(r'<td class="num sub">(\d+)</td>', page) == (["3", "4", "5", "6"] if rows is None else rows)
    assert len(rows_of(staff, draft, f"?fate={fate}")) == (4 if rows is None else len(rows)) + 1


def test_the_file_has_the_original_columns_and_the_problem(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "ID;Mobile No.;place\nA1;12;x\nA2;13800138000;y\n")
    answer = staff.get(page_of(draft, "problems", newest(draft)))
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")
    head, row = rows_of(staff, draft)
    assert head == ["ID", "Mobile No.", "place", "problem"]
    assert row[:3] == ["A1", "12", "x"]
    assert row[3].startswith("Row 2: “12” has 2 digits")


@pytest.mark.stores
@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize(
    "listed",
    [
        "mobile,name,place\n12,ann,1\n13800138000,bob,2\n1.39E+10,cleo,3\n",
        "姓名,手机号,place\nann,12,1\nbob,13800138000,2\ncleo,1.39E+10,3\n",
    ],
)
def test_corrected_rows_come_back_without_a_question(
    staff: Client, draft: Campaign, language: str, listed: str
) -> None:
    paste(staff, draft, listed)
    with translation.override(language):
        content = "".join(problems.as_csv(newest(draft)))
    corrected = content.replace("12,", "13700137000,", 1).replace("1.39E+10", "13900139000")
    answer = upload(staff, draft, corrected.encode(), "bad-rows.csv")
    assert answer["Location"] == page_of(draft)
    assert (newest(draft).rows, newest(draft).good) == (2, 2)
    people = draft.recipients.order_by("position").values_list("number", "variables")
    assert [number for number, _ in people] == ["8613800138000", "8613700137000", "8613900139000"]
    assert all(set(variables) <= {"name", "姓名", "place"} for _, variables in people)
    draft.refresh_from_db()
    assert "problem" not in draft.columns


def test_corrected_rows_of_a_list_without_a_header_come_back_too(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "12\n13800138000\n")
    content = "".join(problems.as_csv(newest(draft)))
    assert content.splitlines()[0] == "\ufeffnumber,problem"
    upload(staff, draft, content.replace("\r\n12,", "\r\n13700137000,").encode())
    people = draft.recipients.order_by("position").values_list("number", flat=True)
    assert list(people) == ["8613800138000", "8613700137000"]


def test_corrected_rows_of_columns_that_people_named_come_back_under_those_names(
    staff: Client, draft: Campaign
) -> None:
    paste(staff, draft, "ann,12\nbob,13800138000\n")
    said = {"role_0": "value", "name_0": "who", "role_1": "number", "header": "no", "home": "CN"}
    ways = {"encoding": "utf-8-sig", "delimiter": ","}
    staff.post(page_of(draft, "columns", newest(draft)), said | ways)
    content = "".join(problems.as_csv(newest(draft)))
    upload(staff, draft, content.replace(",12,", ",13700137000,").encode())
    people = list(draft.recipients.order_by("position").values_list("number", "variables"))
    assert people == [("8613800138000", {"who": "bob"}), ("8613700137000", {"who": "ann"})]


def test_corrected_rows_under_a_header_that_nobody_knows_come_back_as_they_were_said(
    staff: Client, draft: Campaign
) -> None:
    paste(staff, draft, "who,ring\nann,12\nbob,13800138000\n")
    said = {"role_0": "value", "name_0": "name", "role_1": "number", "header": "yes", "home": "CN"}
    staff.post(page_of(draft, "columns", newest(draft)), said | {"encoding": "utf-8-sig", "delimiter": ","})
    content = "".join(problems.as_csv(newest(draft)))
    answer = upload(staff, draft, content.replace(",12,", ",13700137000,").encode())
    assert answer["Location"] == page_of(draft)
    people = list(draft.recipients.order_by("position").values_list("number", "variables"))
    assert people == [("8613800138000", {"name": "bob"}), ("8613700137000", {"name": "ann"})]


def test_no_cell_is_a_formula(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, 'mobile,note\n12,"=1+1"\n13,"+x"\n14,"-x"\n15,"@x"\n16,"＝x"\n+1,"a"\n')
    cells = [cell for row in rows_of(staff, draft) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
    assert {"'=1+1", "'+1"} <= set(cells)


def test_a_cell_that_was_made_safe_is_itself_again_when_it_comes_back(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "mobile,place,card\n12,-5,110101199003078515\n")
    content = "".join(problems.as_csv(newest(draft)))
    assert "'-5,'110101199003078515" in content
    upload(staff, draft, content.replace("\r\n12,", "\r\n+86 13700137000,").encode())
    assert list(draft.recipients.values_list("variables", flat=True)) == [{"place": "-5", "card": "110101199003078515"}]


def test_a_row_with_too_many_cells_keeps_them_all(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "mobile,place\n13800138000,1,2,3\n")
    head, row = rows_of(staff, draft)
    assert (head, row[:2], row[3:]) == (["mobile", "place", "problem"], ["13800138000", "1"], ["2", "3"])


def test_many_rows_are_paged_and_streamed_in_batches(
    staff: Client, draft: Campaign, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries
) -> None:
    monkeypatch.setattr(problems, "BATCH", 10)
    monkeypatch.setattr(exports, "PIECE", 10)
    most = 10
    paste(staff, draft, "\n".join(["mobile,place", *(f"{index},{index}" for index in range(25))]))
    read = newest(draft)
    with django_assert_num_queries(4):
        pieces = list(problems.as_csv(read))
    assert [piece.count("\r\n") for piece in pieces] == [0, 10, 10, 6]
    first = selectors.problems_page(read, most=most)
    second = selectors.problems_page(read, RowFate.BAD, first.after, most)
    third = selectors.problems_page(read, "", second.after, most)
    rows = [problem.row for page in (first, second, third) for problem in page.problems]
    assert (rows, third.after) == (list(range(2, 27)), 0)


def test_the_file_speaks_the_language_of_the_moment_it_was_asked_for(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "mobile,place\n,1\n")
    with translation.override("zh-hans"):
        pieces = problems.as_csv(newest(draft))
    text = "".join(pieces)
    assert "问题" in text.splitlines()[0]
    assert "The number is missing" not in text
    assert translation.get_language() == "en"


def test_the_example_is_read_without_a_fault(staff: Client, draft: Campaign) -> None:
    answer = staff.get(page_of(draft, "example"))
    assert "attachment" in answer["Content-Disposition"]
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    upload(staff, draft, content, "example.csv")
    assert (newest(draft).rows, newest(draft).good) == (3, 3)


def test_the_example_for_excel_is_read_without_a_fault(staff: Client, draft: Campaign) -> None:
    content = b"".join(staff.get(page_of(draft, "workbook")).streaming_content)
    upload(staff, draft, content, "example.xlsx")
    assert (newest(draft).rows, newest(draft).good) == (3, 3)


def test_problems_of_lists_do_not_mix(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "mobile,place\n12,1\n")
    paste(staff, draft, "mobile,place\n13,1\n")
    assert [row[0] for row in rows_of(staff, draft)][1:] == ["13"]
    assert AudienceProblem.objects.count() == sum(read.bad for read in ListFile.objects.all()) == 2
