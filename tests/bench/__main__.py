"""Measure, print the table, write it as JSON: `./run bench [--sites N] [--only pages,notes,…]`."""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mst_sites.settings")

import django

django.setup()

from django.conf import settings

from mst_sites.memory import settle
from tests.bench import (
    accounts,
    database,
    documents,
    figures,
    forecasts,
    guard,
    notes,
    pages,
    portfolio,
    processes,
)
from tests.conftest import signed_in_client

PARTS = {
    "pages": lambda: pages.measure(signed_in_client),
    "portfolio": lambda: portfolio.measure(signed_in_client),
    "notes": lambda: notes.measure(signed_in_client),
    "figures": figures.measure,
    "forecasts": forecasts.measure,
    "documents": documents.measure,
    "guard": guard.measure,
    "accounts": accounts.measure,
    "processes": lambda: processes.measure(signed_in_client),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=10_000)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--json", default=str(settings.BASE_DIR / "var" / "bench.json"))
    options = parser.parse_args()
    # Not setup_test_environment(): it copies the context of every template, which costs a real page nothing.
    settings.ALLOWED_HOSTS = ["testserver"]
    database.prepare(options.sites)
    settle()
    rows = []
    for part in options.only.split(","):
        for row in PARTS[part]():
            sys.stdout.write(f"{row}\n")
            sys.stdout.flush()
            rows.append(row)
    report = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "sites": options.sites,
        "rows": [
            {
                "name": row.name,
                "figure": row.figure,
                "unit": row.unit,
                "limit": row.limit,
                "holds": row.holds,
            }
            for row in rows
        ],
    }
    written = Path(options.json)
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(report, indent=2) + "\n")
    over = [row.name for row in rows if not row.holds]
    sys.stdout.write(
        f"{len(rows)} figures, {len(over)} over their limit; written to {options.json}\n"
    )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
