"""What sites have reached, on a page and as a feed to which people subscribe by a secret link of their own."""

import hashlib
import re
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import feedgenerator, timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateView, View

from implementation.operations import feeds as operations
from implementation.queries import feeds, milestones
from implementation.queries.milestones import Milestone
from implementation.tables import milestones as tables
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Permission
from mst_sites.languages import speaking, spoken
from mst_sites.look.parts import Crumb
from mst_sites.periods import local_day
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.pages import ButtonPage
from mst_sites.tenancy.scope import person_scope
from mst_sites.tenancy.views import SignedInPage

ROWS_A_PAGE = 50
PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
LAST_PAGE = 10_000
FEED = "application/atom+xml; charset=utf-8"
# Names of milestones in the feed: an id for ever, whatever address the installation moves to (RFC 4151).
TAG = "tag:mst-sites,2026:milestone/"


class MilestoneList(SignedInPage, TemplateView):
    """The milestones of the person's sites, the newest first."""

    permission = Permission.PLAN_VIEW
    template_name = "implementation/milestone_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = page_asked_for(self.request.GET.get("page", ""))
        found = self.milestones_on(page)
        if page > 1 and not found:
            page, found = 1, self.milestones_on(1)
        return super().get_context_data(
            events=tables.events_of(found[:ROWS_A_PAGE]),
            newer=page - 1,
            older=page + 1 if len(found) > ROWS_A_PAGE else 0,
            **kwargs,
        )

    def milestones_on(self, page: int) -> list[Milestone]:
        """Return the milestones of a page, and one more if there is a next page."""
        return milestones.newest_milestones(
            Site.objects.visible_to(self.user, Permission.PLAN_VIEW),
            today=timezone.localdate(),
            first=(page - 1) * ROWS_A_PAGE,
            count=ROWS_A_PAGE + 1,
        )


def page_asked_for(typed: str) -> int:
    """Read the number of a page; what is none asks for the first."""
    return min(int(typed), LAST_PAGE) if PAGE_NUMBER.fullmatch(typed) else 1


class FeedKeyPage(SignedInPage):
    """The page on which people make, renew and end their own link."""

    permission = Permission.PLAN_VIEW


class FeedKeyDetail(FeedKeyPage, TemplateView):
    template_name = "implementation/feed_key_detail.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Make a link and show it this once."""
        token = operations.make_feed_key(now=timezone.now(), by=self.user)
        return self.render_to_response(self.get_context_data(address=address_of(token)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "key": feeds.key_of(self.user),
                "address": "",
                "crumbs": [Crumb(_("Milestones"), reverse("milestone-list"))],
                **kwargs,
            }
        )


class FeedKeyRevoke(FeedKeyPage, ButtonPage):
    def press(self, version: int) -> bool:
        return operations.revoke_feed_key(by=self.user)

    def said(self, result: Any) -> str:
        return _("The link works no more.") if result else ""

    def back(self) -> str:
        return reverse("feed-key-detail")


def address_of(token: str) -> str:
    """Return the full address of a feed, at the configured host and not at the one that the request names."""
    return settings.BASE_URL + reverse("milestone-feed", args=[token])


class MilestoneFeed(View):
    """The feed behind a link. No session: the link says who reads, and the reader sees their sites of now."""

    http_method_names = ["get", "head"]
    reader: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find whose link it is.

        :raises Http404: the link is none, works no more, or its person may not sign in.
        """
        reader = feeds.owner_of(kwargs["token"])
        if reader is None:
            raise Http404
        self.reader = reader
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Answer with the feed, or that nothing is new."""
        with person_scope(self.reader), speaking(self.reader.language):
            feed = feed_for(self.reader, today=local_day(timezone.now()))
        content = feed.writeString("utf-8").encode()
        response = HttpResponse(content, content_type=FEED)
        response["ETag"] = etag = f'"{hashlib.sha256(content).hexdigest()}"'
        response["Last-Modified"] = http_date(int(feed.latest_post_date().timestamp()))
        # By its content alone: an old day that was recorded today, or a site that is seen no more, changes the
        # feed and not the day of the newest milestone.
        return get_conditional_response(request, etag=etag, response=response) or response


class MilestoneAtom(feedgenerator.Atom1Feed):
    """An Atom feed that is as old as what is in it; an empty one is as old as its reader's account."""

    def latest_post_date(self) -> datetime:
        """Return the moment of the newest entry."""
        joined: datetime = self.feed["joined_at"]
        return max((item["updateddate"] for item in self.items), default=joined)


def feed_for(reader: User, *, today: date) -> MilestoneAtom:
    """Return the newest milestones of the sites that a person may see now."""
    sites = Site.objects.visible_to(reader, Permission.PLAN_VIEW)
    feed = MilestoneAtom(
        title=_("Milestones of MST sites"),
        link=settings.BASE_URL + reverse("milestone-list"),
        description="",
        subtitle=_("What the sites that you may see have reached."),
        author_name="MST Sites",
        language=spoken(reader.language),
        feed_guid=f"{TAG}feed",
        joined_at=reader.joined_at,
    )
    for each in milestones.newest_milestones(sites, today=today, count=ROWS_A_PAGE):
        feed.add_item(
            title=tables.title_of(each),
            link=settings.BASE_URL + reverse("site-detail", args=[each.site.slug]),
            description=each.site.get_nation_display(),
            unique_id=TAG + each.key,
            pubdate=each.since,
            updateddate=each.since,
        )
    return feed
