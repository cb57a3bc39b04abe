"""What people say to get in: their address and password, and the password they choose."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.fields import EmailField, PasswordField, SetPasswordField
from django import forms

ADVICE = (
    "At least 12 characters. Three words that mean something only to you are good, and pasting is welcome."
)


def address(autocomplete: str) -> EmailField:
    return EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete}),
        error_messages={
            "required": "Fill in your e-mail address",
            "invalid": "Give an e-mail address like name@example.org",
        },
    )


def new_password(label: str = "New password") -> SetPasswordField:
    return SetPasswordField(
        label=label, help_text=ADVICE, error_messages={"required": "Fill in a new password"}
    )


def new_password_again() -> PasswordField:
    return PasswordField(
        label="New password again",
        autocomplete="new-password",
        error_messages={"required": "Fill in the new password a second time"},
    )


class SignInForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = address("username")
        self.fields["password"].error_messages["required"] = "Fill in your password"


class ForgottenPasswordForm(allauth_forms.ResetPasswordForm):
    email = address("username")


class ChoosePasswordForm(allauth_forms.ResetPasswordKeyForm):
    password1 = new_password()
    password2 = new_password_again()


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    oldpassword = PasswordField(
        label="Present password",
        autocomplete="current-password",
        error_messages={"required": "Fill in your present password"},
    )
    password1 = new_password()
    password2 = new_password_again()
