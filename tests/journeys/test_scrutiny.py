"""The independent scrutineer in a real browser: who changed a rating and why, a question on the record, the proof."""

import re
from pathlib import Path

from django.urls import reverse

from tests.reporting.exported import files_of, text_of, verify
from workstreams.models import Attendance, Challenge, Measure, Rating, Version
from workstreams.vocabulary import ChallengeStep, RatingStep

ASKED = "Green was proposed and Amber agreed. What has been done since about the voice of the child?"
ANSWERED = "Two agencies have changed how they open an audit. The third begins in January."
CLOSED = "That is an answer. I look at it again when the third agency has begun."


def amended():
    """The newest agreement on another level than the one proposed."""
    rows = Rating.objects.filter(step=RatingStep.AGREED, follows__step=RatingStep.PROVISIONAL)
    return next(r for r in rows.order_by("-pk") if r.level_id != r.follows.level_id)


def choose(visitor, end, words):
    """A moment in the list of one end of a comparison."""
    visitor.page.locator(f"select[name={end}]").select_option(label=words)


def test_the_scrutineer_asks_and_proves(visitor, stage, tmp_path):
    decision = amended()
    measure = Measure.objects.select_related("action__outcome").get(pk=decision.measure_id)

    # A paper of the first meeting that was kept since.
    scrutineer = visitor("scrutineer")
    first, last = Version.objects.agreed().order_by("seq").first(), Version.objects.agreed().latest("seq")
    paper = scrutineer.page.request.get(
        scrutineer.site + reverse("reporting:report-pdf", args=[first.pk]), timeout=90_000
    )

    # Who changed a rating, and why: found in the history by its meeting, read in full on its record.
    assert scrutineer.page.url.endswith(reverse("workstreams:history-page"))
    scrutineer.page.select_option("select[name=kind]", "RATING")
    scrutineer.page.select_option("select[name=meeting]", str(decision.meeting_id))
    scrutineer.press("Show")
    row = scrutineer.page.locator("tbody tr", has_text=decision.because[:60])
    assert row.count() == 1
    row.get_by_role("link", name=re.compile(r"^Record \d+$")).click()
    for said in (decision.because, decision.follows.words, decision.level.word, decision.follows.level.word):
        assert said in scrutineer.text
    for present in Attendance.objects.filter(meeting=decision.meeting_id).select_related("post"):
        assert present.post.title in scrutineer.text
    record = scrutineer.page.url

    # Two meetings compared: the level that went down stands among the changes, with the record that says it.
    scrutineer.go(reverse("workstreams:comparison-page"))
    for end, version in (("from", first), ("to", last)):
        label = next(
            words
            for words in scrutineer.page.locator(f"select[name={end}] option").all_inner_texts()
            if f"ersion {version.label}," in words
        )
        choose(scrutineer, end, label)
    scrutineer.page.get_by_role("button", name="Compare", exact=True).click()
    scrutineer.page.wait_for_url(re.compile(r"from="))
    assert scrutineer.page.get_by_role("link", name=f"Record {record.rstrip('/').rpartition('/')[2]}").count()

    # A challenge to that very rating.
    scrutineer.page.goto(record)
    scrutineer.press("Raise a challenge about this rating")
    scrutineer.press("Raise this challenge")
    assert "There is a problem" in scrutineer.text
    scrutineer.page.fill("textarea[name=text]", ASKED)
    scrutineer.press("Raise this challenge")
    scrutineer.page.get_by_text(ASKED).first.wait_for()
    raised = Challenge.objects.get(text=ASKED)
    assert (raised.rating_id, raised.step) == (decision.pk, ChallengeStep.RAISED)
    challenge = reverse("workstreams:challenge-page", args=[raised.pk])

    # Its chair finds it in My updates and answers; another chair sees nothing of it.
    stranger = visitor("chair-ldg")
    assert stranger.go(challenge) == 404
    chair = visitor("chair-mash")
    assert ASKED[:40] in chair.text
    chair.go(challenge)
    chair.page.get_by_label("Your answer").fill(ANSWERED)
    chair.press("Send this answer")
    chair.page.get_by_text(ANSWERED).first.wait_for()
    assert chair.page.get_by_role("button", name="Close this challenge").count() == 0

    # The scrutineer reads the answer on the measure's page, and closes it.
    scrutineer.go(reverse("workstreams:measure-page", args=[measure.pk]))
    assert ASKED in scrutineer.text
    scrutineer.go(challenge)
    assert ANSWERED in scrutineer.text
    scrutineer.page.get_by_label("What do you make of the answer?").fill(CLOSED)
    scrutineer.press("Close this challenge")
    scrutineer.page.get_by_role("heading", name="Challenge, closed").wait_for()
    assert list(raised.replies.values_list("step", flat=True)) == [
        ChallengeStep.ANSWERED,
        ChallengeStep.CLOSED,
    ]

    # The proof, checked alone on a machine of one's own, against the line that an old paper prints.
    printed = text_of(paper.body())
    anchor = re.search(r"\b\d+:[0-9a-f]{64}\b", printed)[0]
    seq = first.picture["seq"]
    assert anchor.startswith(f"{seq}:")
    scrutineer.go(reverse("reporting:history-export-page"))
    with scrutineer.page.expect_download() as download:
        scrutineer.page.get_by_role("button", name="Download with the proof").click()
    proof = Path(download.value.path()).read_bytes()
    for name, content in files_of(proof).items():
        (tmp_path / name).write_bytes(content)
    verdict = verify(tmp_path, anchor, program=tmp_path / "verify.py")
    assert verdict.code == 0, verdict.text
    assert f"The anchor of row {seq} is where it was" in verdict.text

    # The proof page says the same of the line on the paper.
    scrutineer.go(reverse("workstreams:proof-page"))
    scrutineer.page.get_by_label("Number and fingerprint on the paper").fill(anchor)
    scrutineer.press("Look for it")
    assert str(seq) in scrutineer.text
    refused = "status of 4"  # the empty challenge, and the stranger's page: as it should be
    assert [c for v in (scrutineer, chair, stranger) for c in v.complaints if refused not in c] == []
