"""The front door's addresses."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from workstreams.views.accounts import forgotten_password, sign_in
from workstreams.views.home import healthz

handler404 = "workstreams.views.home.not_found"
handler500 = "sscp.middleware.failed"

# Those of allauth's pages that are in use, by the names that it knows them by.
account = [
    path("login/", sign_in, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("signup/", allauth.signup, name="account_signup"),  # closed: says who invites
    path("closed/", allauth.account_inactive, name="account_inactive"),
    path("password/", allauth.password_change, name="account_change_password"),
    path("password/forgotten/", forgotten_password, name="account_reset_password"),
    path("password/forgotten/sent/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/choose/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/chosen/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("account/", include(account)),
    path("reports/", include("reporting.urls")),
    path("", include("workstreams.urls")),
]
