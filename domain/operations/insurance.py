"""What is on record of people's insurance (参保与缴费记录), as benefits are decided by it."""

from __future__ import annotations

from collections.abc import Collection

from domain.decisions.previewing import InsuranceRecord
from domain.store import claims, employee_bills, enrolments, resident_contributions
from domain.store.engine import Connection
from domain.vocabulary import Id


async def insurance_records(connection: Connection, people: Collection[Id]) -> dict[Id, InsuranceRecord]:
    """The record of each of these people, in as many statements for many as for nobody."""
    covers = await resident_contributions.covers(connection, people)
    enrolled = await enrolments.of_persons(connection, people)
    billed = await employee_bills.billed(connection, people)
    paid = await claims.critical_paid_by_year(connection, people)
    return {
        one: InsuranceRecord(covers.get(one, ()), enrolled.get(one, ()), billed.get(one, ()), paid.get(one, {}))
        for one in people
    }
