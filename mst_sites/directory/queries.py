"""Lists and look-ups of sites, teams and people."""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import (
    Membership,
    Organisation,
    OrganisationKind,
    Phase,
    PhaseChange,
    Site,
    SiteCommissioner,
    Team,
)


def accept_address(token: str) -> str:
    """Return the full address of an invitation's page."""
    return settings.BASE_URL + reverse("invitation-accept", args=[token])


def person_at(email: str) -> User | None:
    """Return the person with this address, in any letter case."""
    return User.objects.filter(email__iexact=email).first()


def leads_who_can_sign_in() -> QuerySet[User]:
    """Return MST UK's leads who have come in and not left: an invitation alone lets nobody lead."""
    way = ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if settings.OIDC_IS_ON:
        way |= Q(pk__in=SocialAccount.objects.values("user"))
    return User.objects.filter(way, country_role=Role.MST_UK_LEAD, is_active=True)


def sites_matching(sites: QuerySet[Site], filters: dict[str, str]) -> QuerySet[Site]:
    """Narrow a list of sites by what the filter bar sends."""
    if text := filters.get("q", "").strip():
        sites = sites.filter(Q(name__icontains=text) | Q(slug__icontains=text))
    for name in ("nation", "model", "phase"):
        if value := filters.get(name):
            sites = sites.filter(**{name: value})
    return sites


def people_matching(text: str) -> QuerySet[User]:
    """Return people by name, each with the number of roles held now."""
    people = User.objects.annotate(
        role_count=Count("memberships", filter=Q(memberships__ended_at=None))
    )
    if text := text.strip():
        people = people.filter(Q(full_name__icontains=text) | Q(email__icontains=text))
    return people


def memberships_of(user: User) -> QuerySet[Membership]:
    """Return every role that a person holds or held, the present ones first."""
    return (
        Membership.objects.filter(user=user)
        .select_related("site", "team")
        .order_by("-ended_at", "site__name", "role", "id")
    )


def members_of(site: Site) -> QuerySet[Membership]:
    """Return the roles held now on a site and its teams."""
    return (
        Membership.objects.filter(site=site, ended_at=None)
        .select_related("user", "team")
        .order_by("team__name", "role", "user__full_name", "id")
    )


def people_count(site: Site) -> int:
    """Return how many people hold a role on a site or its teams now."""
    held = Membership.objects.filter(site=site, ended_at=None)
    return held.order_by().values("user").distinct().count()


def teams_of(teams: QuerySet[Team], site: Site) -> QuerySet[Team]:
    """Return the given teams of a site, each with the people who work in it now."""
    people = (
        Membership.objects.filter(ended_at=None)
        .select_related("user")
        .order_by("role", "user__full_name")
    )
    return (
        teams.filter(site=site)
        .prefetch_related(Prefetch("memberships", queryset=people, to_attr="people"))
        .order_by("name", "id")
    )


def commissioners_of(site: Site) -> QuerySet[SiteCommissioner]:
    return (
        SiteCommissioner.objects.filter(site=site)
        .select_related("organisation")
        .order_by("organisation__name", "id")
    )


def organisations(*kinds: str) -> QuerySet[Organisation]:
    """Return organisations of the given kinds, or all, by name."""
    found = Organisation.objects.order_by("name", "id")
    return found.filter(kind__in=kinds) if kinds else found


def organisations_in_use() -> QuerySet[Organisation]:
    """Return all organisations by name, each with the number of sites that it provides or pays for."""
    provided = Site.objects.filter(provider=OuterRef("pk")).order_by().values("provider")
    paid = SiteCommissioner.objects.filter(organisation=OuterRef("pk")).order_by()
    return organisations().annotate(
        site_count=Coalesce(Subquery(provided.annotate(n=Count("pk")).values("n")), 0)
        + Coalesce(Subquery(paid.values("organisation").annotate(n=Count("pk")).values("n")), 0)
    )


def site_count_as(organisation: Organisation) -> int:
    """Return on how many sites a body is what its kind says: their provider, or one of those who pay."""
    if organisation.kind == OrganisationKind.PROVIDER:
        return Site.objects.filter(provider=organisation).count()
    if organisation.kind == OrganisationKind.COMMISSIONER:
        return SiteCommissioner.objects.filter(organisation=organisation).count()
    return 0


def sites_with(organisation: Organisation) -> QuerySet[Site]:
    """Return the sites that a body provides or pays for, in the order of their keys."""
    paid = SiteCommissioner.objects.filter(organisation=organisation).values("site")
    sites: QuerySet[Site] = Site.objects.filter(Q(provider=organisation) | Q(pk__in=paid))
    return sites.order_by("pk")


def is_recorded(change: PhaseChange, site: Site) -> bool:
    """Tell whether a form that made this key was taken in before."""
    return PhaseChange.objects.filter(pk=change.pk, site=site).exists()


def closing_of(site: Site) -> PhaseChange | None:
    """Return how a site was closed; None if it is not closed, or was before that was written down."""
    if not site.is_closed:
        return None
    changes = PhaseChange.objects.filter(site=site).select_related("changed_by")
    last = changes.order_by("-changed_at", "id").first()
    return last if last and last.phase == Phase.CLOSED else None


def site_by_slug(slug: str) -> Site | None:
    return Site.objects.filter(slug=slug).first()
