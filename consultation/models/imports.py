"""One import of episodes and TAM-R scores: what was read, and what it changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User
from mst_sites.tenancy.models import SiteForeignKey, SiteOwned, Team


class EpisodeImport(SiteOwned):
    """A file of episodes, with or without one of TAM-R scores, that was taken in whole."""

    team = SiteForeignKey(Team, related_name="episode_imports", db_index=False)
    episodes_file_name = models.CharField(_("file of episodes"), max_length=255, blank=True)
    episodes_sha256 = models.CharField(max_length=64, blank=True)
    tam_r_file_name = models.CharField(_("file of TAM-R scores"), max_length=255, blank=True)
    tam_r_sha256 = models.CharField(max_length=64, blank=True)
    episodes_new = models.PositiveIntegerField(_("new episodes"), default=0)
    episodes_changed = models.PositiveIntegerField(_("changed episodes"), default=0)
    episodes_unchanged = models.PositiveIntegerField(_("unchanged episodes"), default=0)
    tam_r_new = models.PositiveIntegerField(_("new scores"), default=0)
    tam_r_changed = models.PositiveIntegerField(_("changed scores"), default=0)
    tam_r_unchanged = models.PositiveIntegerField(_("unchanged scores"), default=0)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        indexes = [models.Index(fields=["site", "team", "-imported_at"], name="import_by_team")]

    def __str__(self) -> str:
        return self.episodes_file_name or self.tam_r_file_name
