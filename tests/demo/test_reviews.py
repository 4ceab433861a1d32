"""The words of the demo's reviews, held against the figures on the same page, in both copies."""

import re
from datetime import date

import pytest

from consultation.metrics import Operator, Status
from consultation.models import Review
from consultation.queries import content_of
from mst_sites.demo import build
from mst_sites.demo.country import SITES
from mst_sites.demo.reviews import JUDGED

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
SENTENCES = {Status.MET: "Target met", Status.NOT_MET: "Below target"}


@pytest.fixture(params=["northmoor", "ardwell"])
def reviews(request, monkeypatch):
    monkeypatch.setattr(build, "SITES", [each for each in SITES if each.slug == request.param])
    for name in ("build_set_up", "build_histories", "build_enquiries"):
        monkeypatch.setattr(build, name, lambda *args, **kwargs: None)
    build.build(today=TODAY, say=lambda line: None)
    return list(Review.objects.filter(site__slug=request.param).select_related("team", "site"))


def named(summary, words):
    found = re.search(rf"{words}: ([^.]+)\.", summary)
    return found[1].split(", ") if found else []


def test_demo_words_are_true_of_the_figures_in_both_copies(reviews):
    assert reviews
    for review in reviews:
        full = content_of(review)
        copy = full.for_commissioners()
        summary = full.narrative.summary
        held = full.metric("M71")

        # "Below" is the word for every target that is missed.
        targets = [full.metric(code).target for code in JUDGED]
        assert {target.operator for target in targets} == {Operator.AT_LEAST}
        assert f"held in {held.k} of {held.n} weeks," in summary
        for status, words in SENTENCES.items():
            shown = [metric for metric in copy.metrics if metric.code in JUDGED]
            told = [str(each.name).lower() for each in shown if each.status == status]
            in_full = [str(each.name).lower() for each in full.metrics if each.status == status]
            assert named(summary, words) == told
            assert set(told) <= set(in_full)
        rest = summary.replace(f"{held.k} of {held.n}", "")
        assert re.findall(r"\d", rest) == []
        assert (
            re.findall(r"\d|target", " ".join(full.narrative.strengths + full.narrative.barriers))
            == []
        )
