"""An update that keeps itself while it is typed, in a real browser: nothing is lost, and it is sent once."""

from django.urls import reverse

from workstreams.models import Draft, Rating

WORDS = "Seven of the nine agencies answered, and two say they cannot before the spring."


def test_what_is_typed_is_kept_found_again_and_sent_once(visitor, measure_at):
    measure = measure_at("4.2#2")
    address = reverse("workstreams:measure-page", args=[measure.pk])
    chair = visitor("chair-ldg")
    page = chair.page
    chair.go(address)
    page.get_by_label("What is happening?").focus()
    page.keyboard.type(WORDS)
    page.locator("#draft", has_text="Draft saved at").wait_for()
    page.locator("#announce", has_text="Draft saved at").wait_for(state="attached")
    assert page.evaluate("document.activeElement.name") == "words"  # never taken out of the hands
    assert page.input_value("textarea[name=words]") == WORDS

    # Within the minute it is kept again without another word.
    page.evaluate("document.getElementById('announce').textContent = ''")
    with page.expect_response(lambda answer: "level=G" in (answer.request.post_data or "")):
        page.locator("label.rate__label", has_text="Green").click()
    page.wait_for_function("document.querySelector('#draft').textContent.includes('Draft saved at')")
    assert page.locator("#announce").text_content() == ""

    page.reload()
    assert page.input_value("textarea[name=words]") == WORDS
    assert page.locator("input[name=level][value=G]").is_checked()
    rows = Rating.objects.count()
    chair.press("Send update")
    page.wait_for_url("**/updates/")
    assert Rating.objects.count() == rows + 1
    assert Rating.objects.get(measure=measure, followed_by=None).words == WORDS
    chair.go(address)
    assert not Draft.objects.exists()
    assert not chair.complaints


def test_another_window_says_so_and_neither_is_lost(visitor, measure_at):
    measure = measure_at("4.2#2")
    chair = visitor("chair-ldg")
    chair.go(reverse("workstreams:measure-page", args=[measure.pk]))
    other = chair.page.context.new_page()
    other.goto(chair.page.url)
    chair.page.fill("textarea[name=words]", "From the first window.")
    chair.page.locator("#draft", has_text="Draft saved at").wait_for()
    other.fill("textarea[name=words]", "From the second window.")
    other.locator("#draft", has_text="Another window of yours").wait_for()
    assert other.input_value("textarea[name=words]") == "From the second window."
    assert Draft.objects.get().fields["words"] == "From the first window."
    other.get_by_role("button", name="Save what is here in its place").click()
    other.locator("#draft", has_text="Draft saved at").wait_for()
    assert Draft.objects.get().fields["words"] == "From the second window."
