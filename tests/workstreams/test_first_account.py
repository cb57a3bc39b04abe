"""The first account of an installation, before anybody can invite anybody."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from workstreams.models import Appointment, Post, User
from workstreams.operations import recorded
from workstreams.vocabulary import PostKind

MANAGER = "Manager@Council.example"


def first_account(email=MANAGER, name="Business manager"):
    said = io.StringIO()
    call_command("first_account", email, name=name, stdout=said)
    return said.getvalue()


@pytest.fixture
def empty(db):
    """A plan that nobody keeps yet."""
    with recorded("test"):
        for appointment in Appointment.objects.filter(post__kind=PostKind.BUSINESS_UNIT):
            appointment.delete()


def test_lets_the_first_person_in(empty, settings):
    settings.SITE_URL = "https://plan.example.org"
    said = first_account()
    link = re.search(r"https://plan\.example\.org(/account/\S+)", said)[1]
    client = Client()
    form = client.get(link, follow=True)
    password = "three quiet harbours"
    client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    client.post(reverse("account_login"), {"login": "manager@council.example", "password": password})
    assert client.get(reverse("workstreams:people-page")).status_code == 200
    assert "Choose a password" not in Client().get(link, follow=True).content.decode()


def test_makes_the_post_where_there_is_none(empty):
    with recorded("test"):
        Post.objects.filter(kind=PostKind.BUSINESS_UNIT).update(kind=PostKind.OFFICER, title="Another")
    first_account()
    appointment = Appointment.objects.get(user__email="manager@council.example")
    assert (appointment.post.title, appointment.post.kind) == ("Business Unit", PostKind.BUSINESS_UNIT)
    assert appointment.kind == "MEMBER"


def test_prints_another_link_for_the_same_address(empty):
    first, second = first_account(), first_account()
    assert "Business manager is in the business unit." in second
    assert User.objects.filter(email="manager@council.example").count() == 1
    assert first.split()[-1].startswith("http")


def test_refuses_where_somebody_is_in_the_business_unit(db):
    with pytest.raises(CommandError, match="Somebody is in the business unit already"):
        first_account()
    assert not User.objects.filter(email="manager@council.example").exists()


@pytest.mark.parametrize(
    ("email", "name", "why"),
    [("manager", "M", "Give an e-mail address"), (MANAGER, " ", "Give a name")],
)
def test_refuses_what_cannot_be_meant(empty, email, name, why):
    with pytest.raises(CommandError, match=why):
        first_account(email, name)
