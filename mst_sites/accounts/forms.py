"""What people type to sign in and to keep their account: allauth's forms in the house's shape, and our own."""

import json
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import forms as recovery_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from allauth.mfa.webauthn.internal.auth import extract_user_from_response
from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mst_sites import languages
from mst_sites.accounts import operations
from mst_sites.accounts.models import Theme, User
from mst_sites.look.forms import HouseForm

PASSWORD_HINT = _(
    "At least 12 characters. A few words that only you would put together are good; you may paste it"
    " from a password manager."
)
CODE_HINT = _("Six digits that change every half minute. A recovery code will do too.")


class AllauthForm(HouseForm):
    """One of allauth's forms in the house's shape: `words` says label and hint of each field anew."""

    words: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]

    @property
    def helper(self) -> FormHelper:
        """Leave the form element to the template, which adds where to go next."""
        helper = super().helper
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


class SignInForm(AllauthForm, account_forms.LoginForm):
    words = {"login": (_("E-mail address"), ""), "password": (_("Password"), "")}
    submit_label = _("Sign in")


class ConfirmForm(AllauthForm, account_forms.ReauthenticateForm):
    words = {"password": (_("Your password"), "")}
    submit_label = _("Confirm")


# When a mail may leave at the earliest: an attribute of the request, and seconds after its form was read.
NOT_BEFORE = "mail_not_before"
RESET_TAKES = 0.05


class PasswordResetForm(AllauthForm, account_forms.ResetPasswordForm):
    """Sends one mail whoever asks: a link, or the news that there is nothing to reset.

    Who is known takes a millisecond more to find and to write to. The mail is therefore written into the outbox at a
    set time, before which no lock is held, so that the answer tells nothing by when it comes.
    """

    users: list[User]
    words = {"email": (_("E-mail address"), _("The one that you were invited with."))}
    submit_label = _("Send me a link")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.read_at = time.monotonic()
        super().__init__(*args, **kwargs)

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        setattr(request, NOT_BEFORE, self.read_at + RESET_TAKES)
        email: str = self.cleaned_data["email"]
        # Whoever has not come in yet comes in by an invitation, which ends after 72 hours.
        self.users = [user for user in self.users if user.has_usable_password()]
        if self.users:
            return str(super().save(request, **kwargs))
        get_adapter(request).send_mail("account/email/unknown_account", email, {})
        return email


class OnePasswordForm(AllauthForm):
    """Asks for a new password once: it can be shown while it is typed, and be reset."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]


class NewPasswordForm(OnePasswordForm, account_forms.ResetPasswordKeyForm):
    words = {"password1": (_("New password"), PASSWORD_HINT)}
    submit_label = _("Save the new password")


class PasswordChangeForm(OnePasswordForm, account_forms.ChangePasswordForm):
    words = {
        "oldpassword": (_("The password that you have now"), ""),
        "password1": (_("New password"), PASSWORD_HINT),
    }
    submit_label = _("Save the new password")


class AsksForCode(AllauthForm):
    """Asks for digits, and for nothing else: a phone then shows its number keys, and typing can begin at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class TakesCodeOnce(AsksForCode):
    """Uses up a code of the app, so that nobody who saw it can use it too; puts wrong ones on record."""

    user: User

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        super()._emit_authentication_failed(authenticator)  # type: ignore[misc] # allauth's form has it
        get_adapter().second_factor_failed(self.user, "code")

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc] # allauth's form has it
        authenticator: Authenticator = self.authenticator  # type: ignore[attr-defined] # set by it
        if authenticator.type == Authenticator.Type.TOTP and not operations.take_code(
            authenticator=authenticator, code=code
        ):
            get_adapter().second_factor_failed(self.user, "code")
            raise get_factor_adapter().validation_error("incorrect_code")
        return code


class CodeForm(TakesCodeOnce, code_forms.AuthenticateForm):
    words = {"code": (_("Code"), CODE_HINT)}
    submit_label = _("Sign in")


class ConfirmCodeForm(TakesCodeOnce, code_forms.ReauthenticateForm):
    words = {"code": (_("Code"), CODE_HINT)}
    submit_label = _("Confirm")


class AppForm(AsksForCode, totp_forms.ActivateTOTPForm):
    words = {"code": (_("Code that the app shows"), _("Six digits."))}
    submit_label = _("Turn on")


class AppRemoveForm(AllauthForm, totp_forms.DeactivateTOTPForm):
    submit_label = _("Remove the app")


LONGEST_ANSWER = 64_000  # characters; with certificates a device answers some thousands
MOST_PARTS = 100  # brackets; it sends about ten
TOO_MANY = "too_many_login_attempts"  # what allauth calls it


def refuse_number(text: str) -> None:
    raise ValueError(text)


class AnswerDecoder(json.JSONDecoder):
    """Reads what a device answered: short, flat, without fractions or escapes. The rest counts as no JSON at all.

    Python or PostgreSQL would stumble over much of that rest.
    """

    def __init__(self) -> None:
        super().__init__(parse_float=refuse_number, parse_constant=refuse_number)

    def decode(self, s: str, *args: Any) -> Any:
        if len(s) > LONGEST_ANSWER or s.count("[") + s.count("{") > MOST_PARTS or "\\" in s:
            raise json.JSONDecodeError("No device says this", "", 0)
        try:
            return super().decode(s, *args)
        except ValueError as error:  # a number of thousands of digits, too
            raise json.JSONDecodeError(str(error), "", 0) from None


@contextmanager
def no_stumbling() -> Iterator[None]:
    """Refuse an answer that the library cannot read: of what anybody may send, it expects only some."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error):
        raise get_factor_adapter().validation_error("incorrect_code") from None


def named_in(answer: Any) -> User | None:
    """Return the person whose passkey an answer claims to come from."""
    try:
        with no_stumbling():
            person: User = extract_user_from_response(answer)
    except ValidationError:
        return None
    return person


class TakesAnswer(AllauthForm):
    """Takes the answer of a device with a passkey."""

    credential = forms.JSONField(decoder=AnswerDecoder, widget=forms.HiddenInput)


class UsesPasskey(TakesAnswer):
    """Finds the passkey that answered; puts a wrong one on record if it says whose it would be."""

    user: User | None

    def clean_credential(self) -> Authenticator:
        try:
            with no_stumbling():
                found: Authenticator = super().clean_credential()  # type: ignore[misc] # allauth's form has it
        except ValidationError as error:
            person = self.user or named_in(self.cleaned_data["credential"])
            if person and error.code != TOO_MANY:
                get_adapter().second_factor_failed(person, "passkey")
            raise
        return found


class PasskeySignInForm(UsesPasskey, passkey_forms.LoginWebAuthnForm):
    pass


class PasskeyStepForm(UsesPasskey, passkey_forms.AuthenticateWebAuthnForm):
    pass


class PasskeyConfirmForm(UsesPasskey, passkey_forms.ReauthenticateWebAuthnForm):
    pass


class PasskeyForm(TakesAnswer, passkey_forms.AddWebAuthnForm):
    words = {
        "name": (_("Name"), _("So that you know it again, such as Work laptop.")),
        "passwordless": (
            _("Let me sign in with it alone"),
            _("Without a password. The device then asks for a PIN, a fingerprint or your face."),
        ),
    }
    submit_label = _("Add the passkey")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages["required"] = _(
            "The device gave no answer. Adding a passkey needs JavaScript."
        )

    def clean_name(self) -> str:
        return self.cleaned_data["name"] or str(_("Passkey"))

    def clean(self) -> Any:
        with no_stumbling():
            return super().clean()


class PasskeyNameForm(AllauthForm, passkey_forms.EditWebAuthnForm):
    words = {"name": (_("Name"), "")}
    submit_label = _("Save")


class RecoveryCodesForm(AllauthForm, recovery_forms.GenerateRecoveryCodesForm):
    submit_label = _("Make new codes")


class InvitationForm(HouseForm):
    """What somebody says who opens the link of an invitation."""

    full_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=PASSWORD_HINT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    submit_label = _("Open my account")


class AccountForm(HouseForm):
    full_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As your colleagues read it under what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=languages.offered)
    theme = forms.ChoiceField(label=_("Colours"), choices=Theme.choices)
    submit_label = _("Save")
