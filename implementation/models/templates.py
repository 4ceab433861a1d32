"""Set-up plan templates: MST UK's list of activities for each MST model and nation, in versions."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from implementation.models.stages import Area, Party, Stage
from mst_sites.accounts.models import User
from mst_sites.tenancy.models import MstModel, Nation

LONGEST_STEP = 730  # days
SIC_STAGES = 8
EVERY_NATION = "all"  # in addresses

code_validator = RegexValidator(
    r"^[A-F][1-9][0-9]?\Z", _("Use the letter of the stage and a number, such as C4.")
)
# An activity that a site has beside those of its template: CL1 is the first one of stage C.
own_code_validator = RegexValidator(
    r"^[A-F](L[1-9]|[1-9][0-9]?)\Z", _("Use the letter of the stage and a number, such as C4.")
)


class TemplateState(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    PUBLISHED = "PUBLISHED", _("In use")
    RETIRED = "RETIRED", _("Retired")


class PlanTemplateQuerySet(models.QuerySet["PlanTemplate"]):
    def published(self) -> Self:
        return self.filter(state=TemplateState.PUBLISHED)


class PlanTemplate(models.Model):
    """One version of the activities that a site of a model works through; a plan is frozen from it."""

    name = models.CharField(_("name"), max_length=120)
    model = models.CharField(_("MST model"), max_length=12, choices=MstModel)
    # Empty: for every nation that has no template of its own.
    nation = models.CharField(_("nation"), max_length=20, choices=Nation, blank=True)
    number = models.PositiveIntegerField(_("edition"), default=1, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=TemplateState, default=TemplateState.DRAFT
    )
    what_changed = models.TextField(_("what changed"), max_length=2_000, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = PlanTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model", "nation", "number"], name="plan_template_edition_once"
            ),
            models.UniqueConstraint(
                fields=["model", "nation"],
                condition=models.Q(state=TemplateState.PUBLISHED),
                name="plan_template_in_use_once",
                violation_error_message=_("Another edition is in use for this model and nation."),
            ),
            models.UniqueConstraint(
                fields=["model", "nation"],
                condition=models.Q(state=TemplateState.DRAFT),
                name="plan_template_draft_once",
                violation_error_message=_("There is a draft for this model and nation already."),
            ),
            models.CheckConstraint(
                condition=models.Q(state=TemplateState.DRAFT)
                | models.Q(published_at__isnull=False),
                name="plan_template_in_use_was_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.number}"

    @property
    def address(self) -> str:
        """Return what stands for it in addresses: its model, its nation and its edition."""
        return f"{self.model}-{self.nation.lower() or EVERY_NATION}-{self.number}"


class PlannedStep(models.Model):
    """What an activity is, on a template and on a site's plan alike."""

    code = models.CharField(_("code"), max_length=3, validators=[code_validator])
    stage = models.CharField(_("stage"), max_length=1, choices=Stage)
    area = models.CharField(_("area"), max_length=12, choices=Area)
    title = models.CharField(_("activity"), max_length=160)
    purpose = models.TextField(_("what it is and why"), max_length=2_000, blank=True)
    evidence = models.CharField(_("evidence"), max_length=120, blank=True)
    lead = models.CharField(_("lead"), max_length=12, choices=Party, default=Party.PROVIDER)
    is_mandatory = models.BooleanField(_("mandatory"), default=True)
    # Calendar days from the day on which everything that it waits for is done.
    duration_days = models.PositiveSmallIntegerField(
        _("days it takes"), default=14, validators=[MaxValueValidator(LONGEST_STEP)]
    )
    depends_on = ArrayField(
        models.CharField(max_length=3, validators=[code_validator]),
        verbose_name=_("waits for"),
        default=list,
        blank=True,
    )
    # Where it counts in the SIC-style measures; empty where the published table has no counterpart.
    sic_stage = models.PositiveSmallIntegerField(
        _("SIC stage"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(SIC_STAGES)],
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class TemplateActivity(PlannedStep):
    """An activity as MST UK plans it for every site of a model."""

    template = models.ForeignKey(PlanTemplate, on_delete=models.CASCADE, related_name="activities")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["template", "code"],
                name="template_activity_code_once",
                violation_error_message=_("Another activity has this code."),
            ),
            models.CheckConstraint(
                condition=models.Q(code__startswith=models.F("stage")),
                name="template_activity_code_names_its_stage",
                violation_error_message=_("The code begins with the letter of the stage."),
            ),
        ]
