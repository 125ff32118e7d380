"""docs/limits.md names every limit there is, with the value that the code has, and no other."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from domain.decisions import delivering, keeping_worlds, webhook_targets, webhooks
from domain.operations import upload_material
from domain.store import webhooks as store
from resolvers import materials
from resolvers.fields.journey import MOST_LINES, MOST_ORDERS
from resolvers.following import reader
from resolvers.plan.arguments import PAGE_LIMIT
from resolvers.plan.documents import DocumentLimits
from resolvers.plan.executor import CostLimits
from resolvers.plan.introspection import MOST
from resolvers.service import ErrorCode
from resolvers.settings import Settings
from resolvers.transport.limits import TransportLimits
from resolvers.webhooks import couriers, sending

OF_WEBHOOKS = (
    (webhooks, ("MOST_WEBHOOKS", "MOST_REGIONS", "TESTS_A_MINUTE")),
    (webhook_targets, ("LONGEST_URL",)),
    (sending, ("SEND_SECONDS", "ANSWER_BYTES", "HEAD_BYTES")),
    (couriers, ("IN_FLIGHT",)),
    (delivering, ("AT_ONCE", "MOST_UNFINISHED", "ATTEMPTS")),
    (store, ("ATTEMPTS_KEPT", "GIVEN_UP_KEPT")),
)
OF_MATERIALS = (
    (materials, ("LARGEST_FILE", "LARGEST_FRAME", "UPLOAD_SECONDS", "UPLOADS_AT_ONCE", "UPLOAD_COST")),
    (upload_material, ("MOST_UPLOADED",)),
)
OF_WORLDS = ((keeping_worlds, ("MOST_MADE", "MOST_COPIED", "MOST_WORLDS", "MOST_SNAPSHOTS")),)
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^`]+)` \| ([\d.]+) \| .+ \| (.*) ?\|$", PAGE, flags=re.MULTILINE)


def test_the_page_has_every_limit_with_its_value_and_no_other() -> None:
    held: dict[str, float] = {"PAGE_LIMIT": PAGE_LIMIT, "MOST_ORDERS": MOST_ORDERS, "MOST_LINES": MOST_LINES}
    held |= {name: getattr(reader, name) for name in ("BUFFERED", "BUFFERED_BYTES", "PAST_BYTES", "MOST_PAGE")}
    held |= {f'MOST["{name}"]': most for name, most in MOST.items()}
    held |= {
        name: getattr(module, name) for module, names in (*OF_WEBHOOKS, *OF_MATERIALS, *OF_WORLDS) for name in names
    }
    for kind in (DocumentLimits, CostLimits, TransportLimits):
        held |= {f"{kind.__name__}.{each.name}": getattr(kind(), each.name) for each in fields(kind)}
    assert {name: float(value) for name, value, _ in ROWS} == held


def test_the_codes_of_the_page_are_codes() -> None:
    named = {code for _, _, refused in ROWS for code in re.findall(r"^`([A-Z_]+)`", refused)}
    assert len(named) > 4
    assert named <= {code.name for code in ErrorCode}


def test_what_an_operator_may_change_has_the_same_default_there() -> None:
    settings = Settings()
    assert (settings.cost, settings.operation_seconds) == (CostLimits().values, CostLimits().seconds)
    assert settings.subscriptions == CostLimits().subscriptions
    assert settings.bucket is not None
    assert f'"limit": {settings.cost}' in PAGE
    assert f'"capacity": {settings.bucket.capacity}' in PAGE
    assert f'"refillPerSecond": {settings.bucket.refill}' in PAGE
