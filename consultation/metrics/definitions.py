"""What each figure counts, over what, in a sentence that a reader outside of MST understands."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEFINITIONS: dict[str, str | Promise] = {
    "M01": _("New referrals dated in the period."),
    "M02": _(
        "Families taken on, of the referrals of the period that were decided. Missing: referrals still to be decided."
    ),
    "M03": _("Families taken on, of all referrals of the period."),
    "M04": _(
        "Mean days from referral to start, over the families who started in the period. Missing: no date of referral."
    ),
    "M05": _("Families who started treatment in the period."),
    "M06": _("Cases closed in the period, for whatever reason."),
    "M07": _(
        "Cases closed in the period as completed, for lack of engagement or because the young person was placed. "
        "Administrative closures are left out: they had no opportunity for a full course."
    ),
    "M10": _("Completed by mutual agreement, of the cases with an opportunity for a full course."),
    "M11": _("Closed for lack of engagement, of the cases with an opportunity for a full course."),
    "M12": _(
        "Placed out of home during treatment, of the cases with an opportunity for a full course."
    ),
    "M13": _("Closed for administrative reasons, of all cases closed."),
    "M20": _(
        "Living at home at closure, of the cases with an opportunity for a full course where it is known."
    ),
    "M21": _(
        "In school, training or work of 20 hours a week or more at closure, "
        "of the cases with an opportunity for a full course where it is known."
    ),
    "M22": _(
        "No charge for an offence committed during treatment, "
        "of the cases with an opportunity for a full course where it is known."
    ),
    "M23": _(
        "At home, in school or work and without new charges, of the cases where all three are known."
    ),
    "M40": _(
        "Mean days from start to closure, over the cases with an opportunity for a full course."
    ),
    "M60": _(
        "TAM-R interviews held in the period, of those due: the first %(first)d days after the start, "
        "then one every %(every)d days until closure."
    ),
    "M61": _(
        "Families with at least one TAM-R, of the cases with an opportunity for a full course."
    ),
    "M62": _(
        "Mean of the families' mean TAM-R scores, from 0 to 1, over the cases with an opportunity "
        "for a full course that have one."
    ),
    "M63": _(
        "Families whose mean TAM-R score is %(threshold)s or more, of the families that have one."
    ),
    "M71": _(
        "Weeks in which the consultation was held, of the working weeks that are over. "
        "Weeks in which the service had agreed to close are left out; a week without a note counts as not held."
    ),
}


def definitions() -> dict[str, str]:
    """Give the sentences in the language of this moment, with what is reckoned with today."""
    rules = {
        "first": settings.TAM_R_FIRST_AFTER_DAYS,
        "every": settings.TAM_R_EVERY_DAYS,
        "threshold": settings.ADHERENCE_THRESHOLD,
    }
    return {code: str(words) % rules for code, words in DEFINITIONS.items()}
