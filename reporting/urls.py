"""The addresses of the reports."""

from django.urls import path

from .views import challenges, comparison, history, issued, minutes, packs, reports, workbooks

app_name = "reporting"

urlpatterns = [
    path("", reports.reports_page, name="reports-page"),
    path("now/report.pdf", reports.report_pdf, name="report-pdf"),
    path("now/report.xlsx", reports.report_xlsx, name="report-xlsx"),
    path("versions/<int:version_id>/report.pdf", reports.report_pdf, name="report-pdf"),
    path("versions/<int:version_id>/report.xlsx", reports.report_xlsx, name="report-xlsx"),
    path("meetings/<int:meeting_id>/minutes/", minutes.minutes_page, name="minutes-page"),
    path("meetings/<int:meeting_id>/minutes/minutes.pdf", minutes.minutes_pdf, name="minutes-pdf"),
    path("meetings/<int:meeting_id>/minutes/minutes.xlsx", minutes.minutes_xlsx, name="minutes-xlsx"),
    path("comparison/comparison.pdf", comparison.comparison_pdf, name="comparison-pdf"),
    path("comparison/comparison.xlsx", comparison.comparison_xlsx, name="comparison-xlsx"),
    path("challenges/challenges.pdf", challenges.challenges_pdf, name="challenges-pdf"),
    path("history/", history.history_export_page, name="history-export-page"),
    path("history/history.csv", history.history_csv, name="history-csv"),
    path("history/history.xlsx", history.history_xlsx, name="history-xlsx"),
    path("history/history.zip", history.history_zip, name="history-zip"),
    path("workbooks/<int:post_id>/workbook.xlsx", workbooks.workbook_xlsx, name="workbook-xlsx"),
    path("packs/", packs.packs_page, name="packs-page"),
    path("packs/new/<int:version_id>/", packs.pack_page, name="pack-page"),
    path("packs/new/<int:version_id>/preview/", packs.pack_preview, name="pack-preview"),
    path("packs/new/<int:version_id>/issue/", packs.pack_issue, name="pack-issue"),
    path("packs/<int:version_id>/<slug:kind>/", issued.issued_pack, name="issued-pack"),
    path("packs/<int:pack_id>/pack.pdf", issued.pack_pdf, name="pack-pdf"),
    path("packs/<int:pack_id>/pack.xlsx", issued.pack_xlsx, name="pack-xlsx"),
    path("packs/<int:pack_id>/pack.html", issued.pack_html, name="pack-html"),
]
