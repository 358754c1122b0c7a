"""What the columns of a list mean: recognised, said by people, and remembered."""

import re

import pytest
from django.test import Client

from campaigns.models import Campaign, ListPurpose, ListState, Mapping
from campaigns.people.audience.formats import Found
from campaigns.people.audience.mapping import Uses, propose
from tests.markup import tight

from .bringing import newest, page_of, paste, upload

pytestmark = pytest.mark.django_db

UNNAMED = "13800138000,ann,1\n13900139000,bob,2\n"


def said(*roles: str, header: str = "no", **names: str) -> dict[str, str]:
    """The form of the columns as people send it."""
    columns = {f"role_{place}": role for place, role in enumerate(roles)}
    given = {f"name_{place}": names.get(f"name_{place}", f"n{place}") for place in range(len(roles))}
    return {"header": header, "home": "CN", "encoding": "utf-8-sig", "delimiter": ",", **columns, **given}


def roles_on(page: str) -> list[str]:
    """What the page has chosen for each column."""
    selects = re.findall(r'<select name="role_\d+".*?</select>', page, re.DOTALL)
    return [re.search(r'value="(\w+)" selected', select).group(1) for select in selects]  # type: ignore[union-attr]


def names_on(page: str) -> list[str]:
    inputs = re.findall(r'<input[^>]* name="name_\d+"[^>]*>', page)
    return ["".join(re.findall(r' value="([^"]*)"', field)) for field in inputs]


def test_the_page_shows_each_column_with_values_and_a_choice(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, UNNAMED)
    page = tight(staff.get(page_of(draft, "columns", newest(draft))).content)
    assert roles_on(page) == ["number", "value", "value"]
    assert names_on(page)[1:] == ["column 2", "column 3"]
    assert "<span>ann</span><span>bob</span>" in page


@pytest.mark.stores
def test_what_people_say_is_how_it_is_read(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, UNNAMED)
    url = page_of(draft, "columns", newest(draft))
    answer = staff.post(url, said("number", "skip", "value", name_2="place"))
    assert answer["Location"] == page_of(draft)
    people = list(draft.recipients.order_by("position").values_list("number", "variables"))
    assert people == [("8613800138000", {"place": "1"}), ("8613900139000", {"place": "2"})]
    assert newest(draft).mapping["columns"] == [[2, "place"]]


def test_the_next_list_of_the_same_shape_is_filled_in_as_last_time(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, UNNAMED)
    staff.post(page_of(draft, "columns", newest(draft)), said("number", "skip", "value", name_2="place"))
    paste(staff, draft, "13700137000,cleo,3\n13600136000,dan,4\n")
    page = staff.get(page_of(draft, "columns", newest(draft))).content.decode()
    assert roles_on(page) == ["number", "skip", "value"]
    assert names_on(page)[2] == "place"
    assert "as last time" in page


def test_the_country_is_not_remembered_with_the_shape(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, UNNAMED)
    staff.post(page_of(draft, "columns", newest(draft)), said("number", "skip", "skip") | {"home": "VN"})
    found = Found.from_json(newest(draft).found)
    assert Mapping.objects.count() == 1
    proposal = propose(found, "")
    assert (proposal.home, proposal.as_before) == ("", True)


def test_what_was_said_for_one_purpose_is_not_taken_for_another(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, UNNAMED)
    staff.post(page_of(draft, "columns", newest(draft)), said("number", "skip", "skip"))
    found = Found.from_json(newest(draft).found)
    assert propose(found, "").as_before
    assert not propose(found, "", uses=Uses(ListPurpose.CONTACTS)).as_before


def test_what_people_said_otherwise_last_time_is_shown_before_it_is_read_so(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "mobile,name\n13800138000,ann\n", look="1")
    ways = said("number", "skip", header="yes")
    staff.post(page_of(draft, "columns", newest(draft)), ways)
    answer = paste(staff, draft, "mobile,name\n13900139000,bob\n")
    assert answer["Location"].startswith(page_of(draft, "columns", newest(draft)))


def test_a_place_may_have_a_use_of_its_own_for_a_column(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "mobile,name,TAGS\n13800138000,ann,vip\n", look="1")
    found = Found.from_json(newest(draft).found)
    contacts = Uses(ListPurpose.CONTACTS, roles=(("tags", "Labels"),))
    assert [column.role for column in propose(found, "", uses=contacts).columns] == ["number", "value", "tags"]
    numbers_only = Uses(ListPurpose.SUPPRESSION, values=False)
    assert [column.role for column in propose(found, "", uses=numbers_only).columns] == ["number", "skip", "skip"]


@pytest.mark.parametrize(
    ("roles", "names", "told"),
    [
        (("skip", "value", "value"), {}, "exactly one column"),
        (("number", "number", "value"), {}, "exactly one column"),
        (("number", "value", "value"), {"name_1": "same", "name_2": "Same"}, "has this name already"),
        (("number", "value", "skip"), {"name_1": " {} "}, "Give the column a name"),
    ],
)
def test_what_cannot_be_is_said_beside_it_and_nothing_typed_is_lost(
    staff: Client, draft: Campaign, roles: tuple[str, ...], names: dict[str, str], told: str
) -> None:
    paste(staff, draft, UNNAMED)
    url = page_of(draft, "columns", newest(draft))
    page = staff.post(url, said(*roles, name_0="kept", **names)).content.decode()
    assert told in page
    assert roles_on(page) == list(roles)
    assert names_on(page)[0] == "kept"
    draft.refresh_from_db()
    assert (draft.total, newest(draft).state) == (0, ListState.UNMAPPED)


def test_another_encoding_shows_other_letters_at_once(staff: Client, draft: Campaign) -> None:
    upload(staff, draft, "手机,姓名\n13800138000,小南门\n".encode("gb18030"), look="1")
    url = page_of(draft, "columns", newest(draft))
    assert "小南门" in staff.get(url).content.decode()
    looked = staff.post(url, {"look": "1", "encoding": "big5hkscs", "delimiter": ",", "header": "yes", "home": ""})
    assert "小南门" not in looked.content.decode()
    back = staff.post(url, {"look": "1", "encoding": "gb18030", "delimiter": ",", "header": "yes", "home": ""})
    assert "小南门" in back.content.decode()


def test_another_way_of_reading_is_shown_before_anything_is_read_also_without_a_script(
    staff: Client, draft: Campaign
) -> None:
    paste(staff, draft, "13800138000;a,1\n13900139000;b,2\n", look="1")
    answer = staff.post(page_of(draft, "columns", newest(draft)), said("number", "value"))
    assert (answer.status_code, newest(draft).state) == (200, ListState.UNMAPPED)
    assert "13800138000;a" in answer.content.decode()


def test_without_a_header_the_columns_get_numbers_for_names(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "mobile,name\n13800138000,ann\n", look="1")
    url = page_of(draft, "columns", newest(draft))
    assert names_on(staff.get(url).content.decode()) == ["mobile", "name"]
    was = {"was_sheet": "", "was_encoding": "utf-8-sig", "was_delimiter": ","}
    page = staff.post(
        url, {"look": "1", "header": "no", "encoding": "utf-8-sig", "delimiter": ",", "home": "CN", **was}
    ).content.decode()
    assert names_on(page)[1] == "column 2"
    staff.post(url, said("number", "value"))
    assert newest(draft).bad == 1


def test_the_sheet_can_be_chosen(staff: Client, draft: Campaign) -> None:
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["nothing here", "to call"])
    sheet = book.create_sheet("People")
    sheet.append(["mobile", "place"])
    sheet.append(["13800138000", "7"])
    content = io.BytesIO()
    book.save(content)
    upload(staff, draft, content.getvalue(), "book.xlsx", look="1")
    url = page_of(draft, "columns", newest(draft))
    page = staff.post(url, {"look": "1", "sheet": "People", "header": "no", "home": ""}).content.decode()
    assert "13800138000" in page
    assert roles_on(page) == ["number", "value"]
    staff.post(url, said("number", "value", header="yes", name_1="place") | {"sheet": "People"})
    assert list(draft.recipients.values_list("variables", flat=True)) == [{"place": "7"}]


def test_a_list_is_mapped_once(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, UNNAMED)
    url = page_of(draft, "columns", newest(draft))
    staff.post(url, said("number", "skip", "skip"))
    again = staff.post(url, said("skip", "number", "skip"))
    assert again["Location"] == page_of(draft, "list", newest(draft))
    assert staff.get(url)["Location"] == page_of(draft, "list", newest(draft))
    assert newest(draft).good == 2


@pytest.mark.stores
def test_a_list_out_of_which_nobody_was_taken_can_be_read_in_another_way(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "mobile,place\n0912345678,1\n0912345679,2\n0912345679,3\n", home="CN")
    read = newest(draft)
    assert (read.state, read.rows, read.bad) == (ListState.DONE, 3, 3)
    assert "Check the columns" in staff.get(page_of(draft, "list", read)).content.decode()
    form = said("number", "value", header="yes", name_1="place") | {"home": "VN"}
    staff.post(page_of(draft, "columns", read), form)
    read.refresh_from_db()
    assert (read.state, read.rows, read.good, read.bad, read.duplicates) == (ListState.DONE, 3, 2, 0, 1)
    assert read.problems.count() == 1
    draft.refresh_from_db()
    assert draft.total == 2
    assert "Check the columns" not in staff.get(page_of(draft, "list", read)).content.decode()


def test_a_list_of_a_thousand_columns_is_asked_about_and_can_be_read(staff: Client, draft: Campaign) -> None:
    head = ",".join(["mobile", *(f"c{place}" for place in range(1, 1000))])
    paste(staff, draft, head + "\n13800138000" + ",x" * 999)
    url = page_of(draft, "columns", newest(draft))
    assert roles_on(staff.get(url).content.decode()) == ["number", *["value"] * 999]
    staff.post(url, said("number", *["skip"] * 998, "value", header="yes", name_999="last"))
    assert list(draft.recipients.values_list("variables", flat=True)) == [{"last": "x"}]


def test_our_own_column_of_problems_is_left_out_in_every_language(staff: Client, draft: Campaign) -> None:
    from django.utils import translation

    from campaigns.people.audience.problems import number_title, problem_title

    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            head = f"{number_title()},place,{problem_title()}"
        paste(staff, draft, f"{head}\n13800138000,1,Row 2: wrong")
        proposal = propose(Found.from_json(newest(draft).found), "CN")
        assert [column.role for column in proposal.columns] == ["number", "value", "skip"], language
        assert proposal.certain
