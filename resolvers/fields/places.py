"""Regions, agencies and units (地区、经办机构、参保单位): public."""

from __future__ import annotations

from collections.abc import Mapping

from domain.store.tables import agencies, agency_phones, institutions, regions, units
from domain.vocabulary import Prefix
from resolvers.fields.rules import everybody
from resolvers.plan.sources import (
    Alias,
    Arguments,
    Identifier,
    Many,
    QueryRoot,
    RowSource,
    Scope,
    Some,
    boolean,
    by_key,
    day,
    of_nobody,
    text,
    text_by,
)


def name_in_language(row: Alias, scope: Scope, arguments: Arguments) -> str:
    """The name in the language asked for."""
    return row.name_en if arguments["language"].name == "EN" else row.name


REGION = RowSource(
    "Region",
    regions,
    key=("code",),
    identity="code",
    prefix=Prefix.REGION,
    rule=everybody,
    subjects=of_nobody,
    fields={
        "id": Identifier(Prefix.REGION, lambda row, scope: row.code),
        "code": text("code"),
        "name": text_by(name_in_language),
        "level": text("level"),
        "synthetic": boolean("synthetic"),
        "parent": by_key("Region", "parent_code", key="code"),
        "children": Many("Region", lambda row, other, scope: f"{other.parent_code} = {row.code}"),
        "agencies": Many("Agency", lambda row, other, scope: f"{other.region_code} = {row.code}"),
    },
)

AGENCY = RowSource(
    "Agency",
    agencies,
    key=("id",),
    prefix=Prefix.AGENCY,
    rule=everybody,
    subjects=of_nobody,
    fields={
        "id": Identifier(Prefix.AGENCY, lambda row, scope: row.id),
        "name": text_by(name_in_language),
        "kind": text("kind"),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "hours": text("hours", nullable=True),
        "source": text("source"),
        "phones": Some(
            "AgencyPhone", lambda row, other, scope: f"{other.agency_id} = {row.id}", order=("position",), limit=50
        ),
    },
)

AGENCY_PHONE = RowSource(
    "AgencyPhone",
    agency_phones,
    key=("agency_id", "position"),
    rule=everybody,
    subjects=of_nobody,
    fields={
        "number": text("number"),
        "e164": text("e164", nullable=True),
        "kind": text("kind"),
        "note": text("note", nullable=True),
    },
)

INSTITUTION = RowSource(
    "Institution",
    institutions,
    key=("id",),
    prefix=Prefix.INSTITUTION,
    rule=everybody,
    subjects=of_nobody,
    fields={
        "id": Identifier(Prefix.INSTITUTION, lambda row, scope: row.id),
        "name": text_by(name_in_language),
        "kind": text("kind"),
        "tier": text("tier"),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "designatedFrom": day("designated_from", nullable=True),
        "designatedUntil": day("designated_until", nullable=True),
        "suspendedOn": day("suspended_on", nullable=True),
    },
)

UNIT = RowSource(
    "Unit",
    units,
    key=("id",),
    prefix=Prefix.UNIT,
    rule=everybody,
    subjects=of_nobody,
    fields={
        "id": Identifier(Prefix.UNIT, lambda row, scope: row.id),
        "name": text("name"),
        "kind": text("kind"),
        "creditCode": text("credit_code"),
        "status": text("status"),
        "registeredOn": day("registered_on"),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "members": Many(
            "Enrolment",
            lambda row, other, scope: f"{other.unit_id} = {row.id}",
            where={"scheme": "scheme", "status": "status", "region": "region_code"},
        ),
        "bills": Many(
            "EmployeeBill",
            lambda row, other, scope: f"{other.unit_id} = {row.id}",
            where={"region": "region_code", "month": "month", "kind": "kind"},
        ),
    },
)

PLACES = (REGION, AGENCY, AGENCY_PHONE, INSTITUTION, UNIT)

QUERIES: Mapping[str, QueryRoot] = {
    "regions": Many("Region", where={"level": "level", "parent": "parent_code"}),
    "agencies": Many("Agency", where={"region": "region_code", "kind": "kind"}),
    "institutions": Many("Institution", where={"region": "region_code"}),
    "units": Many(
        "Unit",
        where={"region": "region_code", "kind": "kind", "status": "status", "creditCode": "credit_code"},
    ),
}
