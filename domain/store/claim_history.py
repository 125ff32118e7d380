"""Claims of a world's past (历史费用结算), as rows for a world that is being made: adjudicated as any claim is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain.decisions.benefits import NO_RAISE, Patient, ReadBenefits
from domain.decisions.settling import Claim, settled_in_order, unpaid
from domain.policy import PolicyBook
from domain.store import tables
from domain.store.claims import NewClaim, claim_values, cost_values
from domain.vocabulary import (
    CareKind,
    ClaimPayer,
    ClaimPosting,
    CostClass,
    Fen,
    Id,
    Instant,
    InstitutionTier,
    PersonType,
    RecognisedCondition,
    RegionCode,
    Scheme,
    SpecialGroup,
)


@dataclass(frozen=True, slots=True)
class PastClaim:
    """Care of somebody who was insured by a scheme, as a person of that type.

    `items` are code, class and amount of each cost. `account_fen` is what the personal account has paid of it, by
    `account_entry_id`; 0 and None where it paid nothing.
    """

    id: int
    person_id: int
    institution_id: int
    region: RegionCode
    group: SpecialGroup | None
    conditions: frozenset[RecognisedCondition]
    care: CareKind
    tier: InstitutionTier
    admitted_on: date
    discharged_on: date
    invoice: str
    settled_at: int
    items: tuple[tuple[str, CostClass, int], ...]
    scheme: Scheme = Scheme.RESIDENT
    person_type: PersonType | None = None
    account_fen: int = 0
    account_entry_id: int | None = None

    def as_settled(self) -> Claim:
        """The claim before anybody but the personal account has paid anything of it."""
        costs = unpaid((cost_class, Fen(amount)) for _, cost_class, amount in self.items)
        return Claim(
            id=Id(self.id),
            person_id=Id(self.person_id),
            institution_id=Id(self.institution_id),
            patient=Patient(self.scheme, self.person_type, self.region, self.group, self.conditions),
            raise_fen=NO_RAISE.amount_fen,
            kind=self.care,
            tier=self.tier,
            admitted_on=self.admitted_on,
            discharged_on=self.discharged_on,
            invoice=self.invoice,
            paid=replace(costs, account_fen=Fen(self.account_fen), cash_fen=Fen(costs.cash_fen - self.account_fen)),
        )


_TABLES = (tables.claims, tables.claim_costs, tables.claim_entries)
_COLUMNS = {table.name: tuple(table.c.keys()) for table in _TABLES}


class ClaimHistory:
    """Adjudicates the past by one book, whose rules are read once."""

    def __init__(self, book: PolicyBook) -> None:
        self._rules = ReadBenefits(book)

    def own_shares(self, past: Iterable[PastClaim]) -> list[Fen]:
        """What the person bears of each of these claims, which come as `rows` wants them."""
        settled = settled_in_order(self._rules, (one.as_settled() for one in past))
        return [Fen(claim.paid.account_fen + claim.paid.cash_fen) for claim, _ in settled]

    def rows(self, past: Iterable[PastClaim]) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of these claims by table, in the order of its columns, dates as ISO text.

        They come person by person, and those of a year in the order of discharge.
        """
        rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _COLUMNS}
        listed = list(past)
        settled = settled_in_order(self._rules, (one.as_settled() for one in listed))
        for one, (claim, trace) in zip(listed, settled, strict=True):
            day = one.discharged_on.isoformat()
            items = tuple((code, cost_class, Fen(amount)) for code, cost_class, amount in one.items)
            new = NewClaim(claim, trace, items, Instant(one.settled_at))
            dated = {"admitted_on": one.admitted_on.isoformat(), "discharged_on": day}
            rows["claims"].append(_row("claims", claim_values(new) | dated))
            rows["claim_costs"] += [_row("claim_costs", values) for values in cost_values(new)]
            rows["claim_entries"] += [
                _row(
                    "claim_entries",
                    {
                        "claim_id": one.id,
                        "posting": claim.postings,
                        "payer": payer.name,
                        "kind": ClaimPosting.SETTLEMENT.name,
                        "amount_fen": amount,
                        "occurred_at": one.settled_at,
                        "business_on": day,
                        "account_entry_id": one.account_entry_id if payer is ClaimPayer.PERSONAL_ACCOUNT else None,
                    },
                )
                for payer, amount in claim.paid.by_payer().items()
                if amount
            ]
        return rows


def _row(table: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(map(values.get, _COLUMNS[table]))
