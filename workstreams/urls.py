"""The addresses of the plan: nouns. One name in four places: view, template, address, test."""

from django.urls import path

from .views import dashboard, find, history, home, mail_choices, measures, meetings, people, plan, updates

app_name = "workstreams"

urlpatterns = [
    path("", home.home, name="home"),
    path("stand-in/", home.stand_in, name="stand-in"),
    path("help/", home.help_page, name="help"),
    path("accessibility/", home.accessibility, name="accessibility"),
    path("privacy/", home.privacy, name="privacy"),
    path("updates/", updates.my_updates, name="my-updates"),
    path("measures/<int:measure_id>/", measures.measure_page, name="measure-page"),
    path("measures/<int:measure_id>/correction/", meetings.correction_page, name="correction-page"),
    path("dashboard/", dashboard.dashboard_page, name="dashboard-page"),
    path("plan/", plan.current, name="current-plan"),
    path("plans/<slug:ref>/", plan.plan_page, name="plan-page"),
    path("plans/<slug:ref>/references/<str:reference>/", plan.reference_page, name="reference-page"),
    path("find/", find.find, name="find"),
    path("meetings/", meetings.meetings_page, name="meetings-page"),
    path("meetings/<int:meeting_id>/", meetings.meeting_page, name="meeting-page"),
    path("meetings/<int:meeting_id>/returning/", meetings.returning_page, name="returning-page"),
    path(
        "meetings/<int:meeting_id>/highlights/<int:group_id>/",
        meetings.highlights_page,
        name="highlights-page",
    ),
    path("meetings/<int:meeting_id>/papers/", meetings.papers_page, name="papers-page"),
    path("meetings/<int:meeting_id>/decisions/", meetings.decisions_page, name="decisions-page"),
    path("meetings/<int:meeting_id>/closing/", meetings.closing_page, name="closing-page"),
    path("history/", history.history_page, name="history-page"),
    path("record/<int:seq>/", history.record_page, name="record-page"),
    path("mail-choices/", mail_choices.mail_choices_page, name="mail-choices-page"),
    path("people/", people.people_page, name="people-page"),
    path("people/invitation/", people.invitation_page, name="invitation-page"),
]
