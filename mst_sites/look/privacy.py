"""What the page on privacy lists: what is kept about people, and the cookies; periods as the settings say."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mst_sites.look.tables import Column, Row, Table

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
# What is kept, why, and how long.
KEPT = (
    (
        gettext_lazy("Name, e-mail address, roles with their first and last day"),
        gettext_lazy("To let you in, show what your roles allow, and name who did what"),
        gettext_lazy("It stays when the account is closed, for the record needs it"),
    ),
    (
        gettext_lazy(
            "Password (as a hash), authenticator app, passkeys, recovery codes (as hashes)"
        ),
        gettext_lazy("To know that it is you"),
        gettext_lazy("Until you or MST UK replace or remove them"),
    ),
    (
        gettext_lazy("Language and colours"),
        gettext_lazy("To show pages as you like them"),
        gettext_lazy("Until you change them"),
    ),
    (
        gettext_lazy("What you did and which documents you read, when and from which address"),
        gettext_lazy("So that what happened can be proved"),
        gettext_lazy("It is never changed and never deleted"),
    ),
    (
        gettext_lazy("Your part in weekly consultation: attended, or the kind of absence"),
        gettext_lazy("To see how well consultation is held"),
        gettext_lazy("As long as the note"),
    ),
)


def kept_table() -> Table:
    """Return what is kept about people, why, and until when."""
    sessions = (
        _("Sessions, with network address and browser"),
        _("To keep you signed in, and to show you where you are"),
        _(
            "Ended after %(minutes)d minutes without use and after %(hours)d hours at the latest; "
            "cleared once a day"
        )
        % {"minutes": settings.SESSION_IDLE // MINUTE, "hours": settings.SESSION_LONGEST // HOUR},
    )
    mail = (
        _("Mail to you"),
        _("To send it, and to send it again when that fails"),
        _(
            "What it says: %(days)d days after it was sent. That it went to you: as long. That a mail was sent: "
            "never deleted"
        )
        % {"days": settings.MAIL_KEEP_DAYS},
    )
    files = (
        _("Files that you bring, and that it was you"),
        _("For those who may read what they hang on"),
        _("Until somebody removes them, and %(days)d days. That they were there: never deleted")
        % {"days": settings.FILE_KEEP_DAYS},
    )
    return Table(
        _("What is kept about people who use MST Sites"),
        [Column(_("What")), Column(_("Why")), Column(_("How long"))],
        [Row(list(each)) for each in (*KEPT[:3], sessions, *KEPT[3:], files, mail)],
        caption_hidden=True,
    )


def cookie_table() -> Table:
    """Return every cookie that the application sets."""
    browser = _("until you close the browser")
    forgery, choice = days(settings.CSRF_COOKIE_AGE), days(settings.LANGUAGE_COOKIE_AGE)
    protects = _("Shows that a form was sent from one of our pages")
    return Table(
        _("Cookies"),
        [Column(_("Cookie")), Column(_("What it is for")), Column(_("How long"))],
        [
            Row([settings.SESSION_COOKIE_NAME, _("Keeps you signed in"), browser]),
            Row([settings.CSRF_COOKIE_NAME, protects, forgery]),
            Row([settings.LANGUAGE_COOKIE_NAME, _("Remembers your language"), choice]),
            Row([settings.THEME_COOKIE_NAME, _("Remembers your colours"), choice]),
        ],
        caption_hidden=True,
    )


def days(seconds: int) -> str:
    count = seconds // DAY
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
