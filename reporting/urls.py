"""The addresses of the reports."""

from django.urls import path

from . import views

app_name = "reporting"

urlpatterns = [
    path("", views.reports_page, name="reports-page"),
    path("now/report.pdf", views.report_pdf, name="report-pdf"),
    path("now/report.xlsx", views.report_xlsx, name="report-xlsx"),
    path("versions/<int:version_id>/report.pdf", views.report_pdf, name="report-pdf"),
    path("versions/<int:version_id>/report.xlsx", views.report_xlsx, name="report-xlsx"),
]
