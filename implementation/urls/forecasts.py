"""Addresses of the forecast, the measures, and how past forecasts did."""

from django.urls import URLPattern, URLResolver, path

from implementation.views import forecasts, measures

FORECAST = "sites/<slug:site_slug>/forecast"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{FORECAST}/", forecasts.ForecastDetail.as_view(), name="forecast-detail"),
    path(f"{FORECAST}/measures/", measures.MeasureDetail.as_view(), name="measure-detail"),
    path(f"{FORECAST}/past/", forecasts.BacktestDetail.as_view(), name="backtest-detail"),
    path("forecasts/past/", forecasts.BacktestList.as_view(), name="backtest-list"),
]
