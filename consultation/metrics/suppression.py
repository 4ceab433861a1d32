"""The copy of a review that commissioners get: no count of 1 to 4, shown or to be worked out.

A figure is hidden whole. Wherever a total splits into cells (a "yes", a "no", a "not known"), one
small cell hides every cell of that split, so that the total minus the shown gives nothing away;
where a part is small whose sibling must stay (the cases of the outcomes), the total goes instead.
The promise holds within one set of figures. Two sets over periods that nearly overlap can still be
subtracted from each other: offer commissioners fixed half-years only. Two editions of one period can be
subtracted, too: those who read this copy see the newest issued edition alone, page and PDF alike.
A later review that repeats figures of an earlier edition is told of before the next one is issued.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from consultation.metrics.results import Metric

SMALL = range(1, 5)

OUTCOMES = ("M20", "M21", "M22")
CLOSURE_SHARES = ("M10", "M11", "M12")
OVER_OPPORTUNITY = (*CLOSURE_SHARES, *OUTCOMES, "M23", "M40", "M61", "M62", "M63")


def suppressed(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """Give the same figures, with those hidden that could point at a family."""
    shown = tuple(metrics)
    hidden = hidden_codes({metric.code: metric for metric in shown})
    return tuple(
        _hide(metric) if metric.code in hidden else _without_private_remarks(metric)
        for metric in shown
    )


def hidden_codes(metrics: Mapping[str, Metric]) -> set[str]:
    hidden = _referral_codes(metrics) | _closure_codes(metrics)
    if not _is_small(metrics["M07"].k):
        hidden |= _outcome_codes(metrics) | _adherence_codes(metrics)
        hidden |= {"M40"} & _with_small_split(metrics, "M40")
    # Forms, not families; but one form collected is one family asked.
    collected = metrics["M60"]
    if any(map(_is_small, (collected.k, collected.n, collected.missing))):
        hidden.add("M60")
    return hidden


def _referral_codes(metrics: Mapping[str, Metric]) -> set[str]:
    hidden = set()
    if _is_small(metrics["M01"].k):
        hidden |= {"M01", "M02", "M03"}
    if _with_small_split(metrics, "M02"):
        hidden |= {"M02", "M03"}
    if _is_small(metrics["M05"].k):
        hidden |= {"M04", "M05"}
    return hidden | _with_small_split(metrics, "M04")


def _closure_codes(metrics: Mapping[str, Metric]) -> set[str]:
    """Hide the total of all closures rather than the cases that every outcome is counted over."""
    hidden = set()
    if any(_is_small(metrics[code].k) for code in ("M06", "M07", "M13")):
        hidden |= {"M06", "M13"}
    if _is_small(metrics["M07"].k):
        hidden |= {"M07", *OVER_OPPORTUNITY}
    if any(_is_small(metrics[code].k) for code in CLOSURE_SHARES):
        hidden |= set(CLOSURE_SHARES)
    return hidden


def _outcome_codes(metrics: Mapping[str, Metric]) -> set[str]:
    """Hide an outcome and, with it, "all three", whose bounds would narrow it down.

    Where only "all three" is small its parts would narrow it down in turn: all four go.
    """
    hidden = _with_small_split(metrics, *OUTCOMES)
    if hidden:
        return hidden | {"M23"}
    return {*OUTCOMES, "M23"} if _with_small_split(metrics, "M23") else set()


def _adherence_codes(metrics: Mapping[str, Metric]) -> set[str]:
    """A high mean says how few families can lie below the threshold: the two go together."""
    if _with_small_split(metrics, "M61"):
        return {"M61", "M62", "M63"}
    return {"M62", "M63"} if _with_small_split(metrics, "M63") else set()


def _with_small_split(metrics: Mapping[str, Metric], *codes: str) -> set[str]:
    """Give those whose yes, no or not-known is small; a mean has only known and not-known."""
    return {code for code in codes if any(map(_is_small, _cells(metrics[code])))}


def _cells(metric: Metric) -> tuple[int, ...]:
    n = metric.n or 0
    if metric.k is None:
        return (n, metric.missing)
    return (metric.k, n - metric.k, metric.missing)


def _is_small(count: int | None) -> bool:
    return count in SMALL


def _hide(metric: Metric) -> Metric:
    return replace(
        metric,
        k=None,
        n=None,
        missing=0,
        value=None,
        remarks=(),
        private_remarks=(),
        is_suppressed=True,
    )


def _without_private_remarks(metric: Metric) -> Metric:
    return replace(metric, private_remarks=())
