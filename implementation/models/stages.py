"""The words of the set-up journey: its stages, areas, gates, and whose turn it is (sources: docs/glossary.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """The six ordered stages of the site development process, A to F."""

    ENQUIRY = "A", _("Initial enquiry")
    NEEDS = "B", _("Needs assessment")
    DESIGN = "C", _("Critical issues and design")
    READINESS = "D", _("Site Readiness Review")
    RECRUITMENT = "E", _("Recruitment and orientation")
    LIVE = "F", _("Live: implementation support")


class Area(models.TextChoices):
    """The six areas of the UK process. They are no sequence: quality assurance never ends."""

    NEEDS = "NEEDS", _("Needs analysis")
    FUNDING = "FUNDING", _("Funding and sustainability")
    FIDELITY = "FIDELITY", _("Model fidelity requirements")
    STAKEHOLDERS = "STAKEHOLDERS", _("Stakeholder collaboration")
    RECRUITMENT = "RECRUITMENT", _("Recruitment and training")
    QUALITY = "QUALITY", _("Ongoing quality assurance")


class Party(models.TextChoices):
    """Who has to move: the lead of an activity, and so whose turn it is on a site."""

    MST_UK = "MST_UK", _("MST UK")
    PROVIDER = "PROVIDER", _("Provider")
    COMMISSIONER = "COMMISSIONER", _("Commissioner")
    PARTNERS = "PARTNERS", _("Partner agencies")


class Gate(models.TextChoices):
    """The four decisions on the way. Only the last one stops anything: opening."""

    GO = "GO", _("Go or no-go")
    GOALS = "GOALS", _("Goals and Guidelines agreed")
    READINESS = "READINESS", _("Readiness review outcome")
    OPENING = "OPENING", _("Ready to open")


# The stage that a site is in while it works towards each gate.
STAGE_OF_GATE = {
    Gate.GO: Stage.NEEDS,
    Gate.GOALS: Stage.DESIGN,
    Gate.READINESS: Stage.READINESS,
    Gate.OPENING: Stage.RECRUITMENT,
}
