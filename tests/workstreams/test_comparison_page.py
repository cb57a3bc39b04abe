"""Two moments compared on a page: the choice in its address, changed rows only, in words and by kind."""

import re
from html import unescape

import pytest
from django.urls import reverse

from tests.shapes import another
from workstreams import gather
from workstreams.models import Ledger, Outcome, User
from workstreams.operations import plan as planning
from workstreams.operations import recorded, settle

URL = reverse("workstreams:comparison-page")
WHY = "Asked for by the Executive."


@pytest.fixture
def page(db, cast):
    """The page as somebody sees it, with what its address holds."""
    return lambda key="scrutineer", **address: cast(key).signed_in().get(URL, address)


def text(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def at(plan, label):
    return str(gather.moment_of(plan.versions.frozen().get(label=label)).seq)


# ---- who


@pytest.mark.parametrize("key", ["business-unit", "scrutineer", "dsp-health", "chair-ldg"])
def test_is_read_by_everybody_who_works_with_the_plan(page, key):
    assert page(key).status_code == 200


def test_is_not_there_for_partner_staff(page):
    assert page("viewer").status_code == 404


def test_is_not_there_for_somebody_without_a_post(db, client):
    with recorded("test"):
        nobody = User.objects.create_user(email="nobody@demonstration.example", name="Nobody")
    client.force_login(nobody, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(URL).status_code == 404


def test_asks_a_stranger_to_sign_in(db, client):
    response = client.get(URL)
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, reverse("account_login"))


def test_takes_no_post_and_writes_nothing(db, cast):
    before = Ledger.objects.count()
    assert cast("business-unit").signed_in().post(URL, {"from": "1"}).status_code == 405
    settle()
    assert Ledger.objects.count() == before


def test_shows_a_draft_to_the_business_unit_alone(page, plan, cast):
    another(plan, cast("business-unit").by)
    assert page("business-unit", plan="other").status_code == 200
    assert page("scrutineer", plan="other").status_code == 404
    assert page("scrutineer", plan="nowhere").status_code == 404


# ---- which moments


def test_compares_with_the_last_agreed_edition_unasked(page, plan):
    response = page()
    comparison = response.context["comparison"]
    assert comparison.before.words.startswith("version 1.14, agreed on ")
    assert comparison.after.words.startswith("now, ")
    assert comparison.before.anchor in response.content.decode()
    assert comparison.after.anchor in response.content.decode()


def test_compares_editions_records_and_days(page, plan):
    response = page(**{"from": at(plan, "1.8"), "to": at(plan, "1.9")})
    assert "From version 1.8, papers for 29 August 2023 to version 1.9, agreed on 29 August 2023" in text(
        response
    )
    day = page(**{"from": "2023-08-01", "to": "2023-10-12"})
    assert "From 1 August 2023 to 12 October 2023" in text(day)
    typed = page(from_day="1/8/2023", to_day="12 October 2023")
    assert typed.context["comparison"] == day.context["comparison"]


def test_puts_the_other_way_round_right_and_says_so(page, plan):
    turned = page(**{"from": at(plan, "1.9"), "to": at(plan, "1.8")})
    assert "the other way round here: the earlier first" in text(turned)
    straight = page(**{"from": at(plan, "1.8"), "to": at(plan, "1.9")})
    assert turned.context["comparison"] == straight.context["comparison"]
    assert "the other way round" not in text(straight)


def test_says_that_both_are_the_same_moment(page, plan):
    response = page(**{"from": at(plan, "1.9"), "to": at(plan, "1.9")})
    assert "Both are the same moment" in text(response)
    assert "<table" not in response.content.decode()


def test_says_that_nothing_changed(page, plan, cast):
    settle()
    before = gather.head().seq
    unit = cast("business-unit").by
    for up in (False, True):
        planning.move(item=Outcome.objects.get(ref="2.1"), up=up, because=WHY, by=unit)
    settle()
    response = page(**{"from": str(before)})
    assert "Nothing changed" in text(response)
    assert "further records between these moments left no difference" in text(response)
    another(plan, unit)
    response = page("business-unit", plan=plan.ref, **{"from": str(before)})
    (history,) = re.findall('href="([^"]+)">The history of these days', response.content.decode())
    assert cast("business-unit").signed_in().get(unescape(history)).status_code == 200


def test_says_that_the_plan_did_not_stand_yet(page, plan):
    response = page(**{"from": "1"})
    assert response.status_code == 422
    assert "did not stand" in text(response)
    assert "error-summary" in response.content.decode()


@pytest.mark.parametrize("moment", ["2031-01-01", "99999999", "gibberish"])
def test_says_why_there_is_no_such_moment(page, moment):
    response = page(**{"from": moment})
    assert response.status_code == 422
    assert "comparison" not in response.context
    assert response.context["form"].errors["from"]


def test_keeps_what_was_typed_at_both_ends(page, plan):
    response = page(from_day="31/2/2026", to_day="<b>later</b>")
    assert response.status_code == 422
    html = response.content.decode()
    assert html.count('class="govuk-error-message"') == 2
    assert 'value="31/2/2026"' in html
    assert 'value="&lt;b&gt;later&lt;/b&gt;"' in html
    one = page(**{"from": at(plan, "1.9"), "to_day": "later"}).content.decode()
    assert one.count('class="govuk-error-message"') == 1
    assert f'<option value="{at(plan, "1.9")}" selected' in one
    assert 'value="later"' in one


# ---- what


def test_shows_changed_rows_only_by_workstream_and_outcome(page, plan):
    response = page(**{"from": at(plan, "1.8"), "to": at(plan, "1.9")})
    comparison = response.context["comparison"]
    html = response.content.decode()
    assert html.count("<caption>") == len(comparison.parts)
    for part in comparison.parts:
        assert f"<caption>{part.heading.replace('&', '&amp;')}</caption>" in html
    assert "Blue, before Green, agreed on 29 August 2023." in text(response)
    assert re.search(r"brag--green.*?→.*?brag--blue", html, re.S)


def test_says_what_is_provisional_and_which_rows_are_not_decided(page, plan):
    agreed = page(**{"from": at(plan, "1.9"), "to": at(plan, "1.11")})
    assert "Both are editions that the Executive agreed." in text(agreed)
    assert "changes speak of proposals that the Executive had not decided at the later moment" in text(agreed)
    waits = [t for t in agreed.context["comparison"].changes if t.change.is_undecided]
    assert agreed.content.decode().count(">Not decided</span>") == len(waits) > 0
    for address in ({}, {"from": at(plan, "1.7"), "to": at(plan, "1.8")}):
        assert "Provisional Not both are editions that the Executive agreed." in text(page(**address))
    decided = page(**{"from": at(plan, "1.7"), "to": at(plan, "1.9")})
    assert ">Not decided</span>" not in decided.content.decode()
    assert "had not decided" not in text(decided)


def test_links_every_record_and_says_who_and_why(page, plan):
    response = page(**{"from": at(plan, "1.8"), "to": at(plan, "1.9")})
    html = response.content.decode()
    for traced in response.context["comparison"].changes:
        for record in traced.records:
            assert reverse("workstreams:record-page", args=[record.seq]) in html
    assert "Business Unit, Business unit officer" in text(response)


def test_keeps_a_kind_in_the_address(page, plan):
    ends = {"from": at(plan, "1.8"), "to": at(plan, "1.9")}
    whole = page(**ends)
    for count in whole.context["counts"]:
        response = page(**dict(part.split("=") for part in count.address.partition("?")[2].split("&")))
        assert len(response.context["shown"].changes) == count.number
        assert [c.number for c in response.context["counts"] if c.is_chosen] == [count.number]
    exceptions = page(**ends, kind="exceptions").context["shown"].changes
    assert exceptions
    assert all(traced.change.is_exception for traced in exceptions)
    assert page(**ends, kind="nothing").context["shown"] == whole.context["comparison"]


def test_marks_words_that_came_and_went_for_eyes_and_ears(page, plan, cast):
    outcome = Outcome.objects.get(ref="1.2")
    with recorded("test"):
        outcome.statement = "Families who ask for early help are heard within two weeks."
        outcome.save()
    settle()
    before = str(gather.head().seq)
    unit = cast("business-unit").by
    planning.change(
        item=outcome,
        statement="Families who ask for early help are heard within <b>five</b> days.",
        because=WHY,
        by=unit,
    )
    html = page(**{"from": before}).content.decode()
    assert '<del><span class="govuk-visually-hidden">removed: </span>two weeks.</del>' in html
    assert (
        '<ins><span class="govuk-visually-hidden">added: </span>&lt;b&gt;five&lt;/b&gt; days.</ins>' in html
    )
    assert WHY in html


def test_is_a_table_in_every_width(page, plan):
    html = page(**{"from": at(plan, "1.8"), "to": at(plan, "1.9")}).content.decode()
    for table in re.findall(r"<table.*?</table>", html, re.S):
        assert table.count("<tr") == table.count('role="row"')
        assert table.count("<td") == table.count('role="cell"')
        assert table.count("<caption") == 1


def test_offers_the_same_comparison_as_pdf_and_workbook(page, plan):
    html = page(**{"from": at(plan, "1.9"), "to": at(plan, "1.8")}).content.decode()
    for ending in ("pdf", "xlsx"):
        address = (
            f"{reverse(f'reporting:comparison-{ending}')}?from={at(plan, '1.8')}&amp;to={at(plan, '1.9')}"
        )
        assert address in html


def test_asks_a_constant_number_of_queries(page, plan, django_assert_max_num_queries):
    for ends in ({}, {"from": at(plan, "1.7")}, {"from": at(plan, "1.8"), "to": at(plan, "1.9")}):
        gather._pictures.clear()
        gather._past.clear()
        with django_assert_max_num_queries(135):
            page(**ends)


# ---- the ways here


def test_is_offered_where_a_meeting_an_edition_or_the_history_is_read(plan, cast):
    client = cast("scrutineer").signed_in()
    version = plan.versions.agreed().frozen().get(label="1.9")
    meeting = client.get(reverse("workstreams:meeting-page", args=[version.meeting_id])).content.decode()
    assert f"{URL}?plan={plan.ref}&amp;from={at(plan, '1.7')}&amp;to={at(plan, '1.9')}" in meeting
    reports = client.get(reverse("reporting:reports-page")).content.decode()
    assert f"{URL}?plan={plan.ref}&amp;from={at(plan, '1.9')}" in reports
    assert f'href="{URL}"' in client.get(reverse("workstreams:history-page")).content.decode()


def test_offers_partner_staff_no_way_here(plan, cast):
    client = cast("viewer").signed_in()
    assert URL not in client.get(reverse("reporting:reports-page")).content.decode()
