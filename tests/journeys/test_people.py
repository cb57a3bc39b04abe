"""The business unit keeps groups and posts, and a post changes hands, in a real browser."""

from datetime import timedelta

from django.urls import reverse

from tests.conftest import PASSWORD, TODAY
from tests.journeys.test_accessibility import WIDTHS, found_on
from tests.screens import newest
from workstreams.models import Post, User

LDG = "Chair of Learning and Development Group (LDG)"


def test_axe_finds_nothing_on_the_pages_of_people(visitor, cast):
    someone, chair = visitor("business-unit"), cast("chair-ldg")
    post = reverse("workstreams:post-page", args=[chair.post.pk])
    group = reverse("workstreams:group-page", args=[chair.post.group_id])
    person = reverse("workstreams:person-page", args=[chair.user.pk])
    appointment = reverse("workstreams:appointment-page", args=[chair.user.appointments.get().pk])
    faults = []
    for address in (
        reverse("workstreams:new-group-page"),
        reverse("workstreams:new-post-page"),
        *(post + form for form in ("", "?form=change", "?form=spelling", "?form=end")),
        *(group + form for form in ("", "?form=change", "?form=end")),
        *(person + form for form in ("", "?form=change", "?form=closing")),
        appointment,
        reverse("workstreams:handover-page", args=[chair.post.pk]),
    ):
        assert someone.go(address) == 200, address
        for width in WIDTHS:
            someone.page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{address} at {width}: {fault}" for fault in found_on(someone)]
            if someone.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                faults.append(f"{address} at {width}: scrolls sideways")
    assert not faults, "\n".join(faults[:25])
    assert not someone.complaints, someone.complaints


def test_a_spelling_that_another_post_has_is_taken_over(visitor, cast):
    someone, unit = visitor("business-unit"), cast("business-unit").post
    someone.go(reverse("workstreams:people-page"))
    someone.press("Chair of DAPB")
    someone.press("Add a spelling")
    someone.page.fill("[name=spelling]", "the SSCP business unit")
    someone.page.fill("[name=because]", "Meant otherwise.")
    someone.press("Add the spelling")
    assert "This is a spelling of another post already: Business Unit." in someone.text
    assert not [fault for width in WIDTHS for fault in found_on(someone)]
    someone.press("Take the spelling over")
    assert "“the SSCP business unit” is read as this post from now on." in someone.text
    assert Post.objects.get(pk=unit.pk).spellings == []


def test_a_stand_in_shows_who_they_are_and_no_word_is_lost(visitor, cast):
    someone, chair = visitor(), cast("chair-arg").user
    page = someone.page
    someone.go(reverse("account_login"))
    with page.expect_navigation():
        page.click("button[value=business-unit]")
    someone.go(reverse("workstreams:person-page", args=[chair.pk]) + "?form=closing")
    page.fill("[name=because]", "She left.\n\nAs agreed in May.")
    with page.expect_navigation():
        page.click("main button:has-text('Close the account')")
    for password in ("wrong", PASSWORD):
        assert "Give your password before changing somebody’s account." in someone.text
        assert User.objects.get(pk=chair.pk).is_active
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert not found_on(someone)
            assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        page.fill("[name=again-password]", password)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert f"The account of {chair} is closed." in someone.text
    assert not User.objects.get(pk=chair.pk).is_active
    assert newest("user").because == "She left.\n\nAs agreed in May."


def test_a_post_changes_hands_without_javascript(visitor):
    unit = visitor("business-unit", javascript=False)
    unit.go(reverse("workstreams:people-page"))
    unit.page.get_by_role("link", name=f"Hand over {LDG}").click()
    assert "Updates asked for the meeting on" in unit.text
    unit.page.fill("[name=last_day]", (TODAY - timedelta(days=1)).isoformat())
    unit.page.fill("[name=first_day]", TODAY.isoformat())
    unit.page.fill("[name=email]", "new@council.example")
    unit.page.fill("[name=name]", "Ada Newcomer")
    unit.press("Hand over")
    assert "Say why, in a sentence" in unit.text
    unit.page.fill("[name=because]", "Her term is over.")
    unit.press("Hand over")
    assert f"LDG chair holds {LDG} until 23 November 2023, and no longer." in unit.text
    assert "A former holder of Chair of Learning" in unit.text
    link = unit.page.locator("[aria-labelledby=link] .copy__text").first
    address = link.input_value() if link.evaluate("e => 'value' in e") else link.inner_text()
    new = visitor()
    new.page.goto(address.strip())
    for name in ("password1", "password2"):
        new.page.fill(f"[name={name}]", "three quiet harbours")
    with new.page.expect_navigation():
        new.page.keyboard.press("Enter")
    new.go(reverse("account_login"))
    new.page.fill("[name=login]", "new@council.example")
    new.page.fill("[name=password]", "three quiet harbours")
    new.page.click("main button:has-text('Sign in')")
    new.page.wait_for_load_state()
    assert f"You have been {LDG} since 24 November 2023" in new.text
    assert "since before your time" in new.text
    assert "LDG chair" not in new.text
    assert not found_on(new)
