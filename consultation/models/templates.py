"""What MST UK decides for every site: the reasons for closing a case and each model's targets, both with versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultation.metrics.facts import ClosureGroup
from consultation.metrics.results import Operator
from mst_sites.tenancy.models import MstModel


class ClosureReason(models.Model):
    """Why a case was closed; the group says what that means for the figures. A changed reason is a new version."""

    code = models.CharField(_("code"), max_length=4)
    version = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(_("in use"), default=True)
    group = models.CharField(_("group"), max_length=20, choices=ClosureGroup)
    text = models.CharField(_("text"), max_length=200)
    needs_text = models.BooleanField(_("asks for an explanation"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="closure_reason_version_once"),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(is_current=True),
                name="closure_reason_current_once",
                violation_error_message=_("Another reason in use has this code."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TargetSet(models.Model):
    """The targets of one MST model, in one version; a review keeps the ones that it was made with."""

    model = models.CharField(_("MST model"), max_length=12, choices=MstModel)
    version = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "version"], name="target_set_version_once"),
            models.UniqueConstraint(
                fields=["model"],
                condition=models.Q(is_current=True),
                name="target_set_current_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_model_display()}, {self.version}"


class Target(models.Model):
    """What one figure should reach, in the figure's own unit, and who says so."""

    target_set = models.ForeignKey(TargetSet, on_delete=models.CASCADE, related_name="targets")
    metric = models.CharField(_("figure"), max_length=4)
    operator = models.CharField(
        _("rule"),
        max_length=8,
        choices=[
            (Operator.AT_LEAST.value, _("at least")),
            (Operator.BELOW.value, _("below")),
            (Operator.BETWEEN.value, _("between")),
        ],
    )
    value = models.DecimalField(_("target"), max_digits=7, decimal_places=2)
    upper = models.DecimalField(
        _("upper end"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target_set", "metric"], name="target_once_per_figure"),
            models.CheckConstraint(
                condition=models.Q(operator="between", upper__gt=models.F("value"))
                | (~models.Q(operator="between") & models.Q(upper=None)),
                name="target_band_has_two_ends",
                violation_error_message=_("A band, and only a band, has an upper end."),
            ),
        ]

    def __str__(self) -> str:
        return self.metric
