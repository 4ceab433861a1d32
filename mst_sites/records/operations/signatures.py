"""Signatures: a person's yes to exactly one content."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Permission, Role, roles_that_may
from mst_sites.audit import operations as audit
from mst_sites.records.models import SignOff
from mst_sites.records.operations.subjects import hanging_on
from mst_sites.records.operations.texts import admit_at
from mst_sites.tenancy.models import Membership, Site


def sign(
    *,
    site: Site,
    subject: models.Model,
    signed_sha256: str,
    role: Role,
    organisation: str,
    statement: str,
    by: User,
) -> SignOff:
    """Sign the content that has this SHA-256.

    :param role: the role in which the person signs, held now.
    :raises ValidationError: the person may not sign in this role, or has signed this content already.
    """
    texts = {"organisation": organisation, "statement": statement}
    cleaned, told = admit_at(site, texts, today=timezone.localdate())
    place = hanging_on(subject, site)
    if not holds(by, role, site, place["team"]):
        raise ValidationError({"role": _("You cannot sign in this role here.")})
    sign_off = SignOff(
        **place,
        **cleaned,
        signed_sha256=signed_sha256,
        signer=by,
        role=role,
        signed_at=timezone.now(),
    )
    with transaction.atomic():
        sign_off.full_clean()
        sign_off.save(force_insert=True)
        details = {"sha256": signed_sha256, "role": role, **told}
        audit.record("sign-off.given", site=site, subject=sign_off, details=details, by=by)
    return sign_off


def holds(user: User, role: Role, site: Site, team: object | None) -> bool:
    """Tell whether somebody holds now a role that may sign, on the site or on the team that it is about."""
    if role not in roles_that_may(Permission.SIGN):
        return False
    if user.country_role == role:
        return True
    here = models.Q(team=None) | models.Q(team=team) if team else models.Q()
    held = Membership.objects.filter(here, user=user, site=site, role=role, ended_at=None)
    return held.exists()
