"""Yearly statements of personal accounts (个人账户年度对账单), added up from the entries that count for a year.

A statement stands in the place of the year's last entry, so that there is one for each year in which anything moved.
"""

from __future__ import annotations

from domain.store.statements import EngineKind
from domain.store.tables import account_entries
from resolvers.fields.rules import of_a_known_account
from resolvers.plan.sources import (
    Alias,
    RowSource,
    Scope,
    Value,
    integer,
    of_nobody,
    yuan,
)

_YEAR = {
    EngineKind.SQLITE: "CAST(substr({day}, 1, 4) AS INTEGER)",
    EngineKind.POSTGRESQL: "CAST(extract(year FROM {day}) AS INTEGER)",
}


def _year(day: str, scope: Scope) -> str:
    """The calendar year of a day."""
    return _YEAR[scope.kind].format(day=day)


def ends_its_year(entry: Alias, scope: Scope) -> str:
    """The entry is the last of those that count for its year."""
    return (
        f"NOT EXISTS (SELECT 1 FROM account_entries later WHERE later.account_id = {entry.account_id}"
        f" AND {_year('later.business_on', scope)} = {_year(entry.business_on, scope)}"
        f" AND later.position > {entry.position})"
    )


_THIS_YEAR = "{moved} = {year}"
_UNTIL_ITS_END = "{moved} <= {year}"
_BEFORE_IT = "({moved} < {year} OR {moved} = {year} AND moved.kind = 'OPENING')"


def _sum(when: str, which: str = "1 = 1", *, sign: int = 1) -> Value:
    """The sum of those of the account's entries, by the year that they count for and by what they are."""

    def sql(row: Alias, scope: Scope) -> str:
        within = when.format(moved=_year("moved.business_on", scope), year=_year(row.business_on, scope))
        return (
            f"(SELECT CAST(coalesce(sum(moved.amount_fen) * {sign}, 0) AS BIGINT) FROM account_entries moved"
            f" WHERE moved.account_id = {row.account_id} AND {within} AND {which})"
        )

    return yuan(sql)


ACCOUNT_YEAR = RowSource(
    "AccountYear",
    account_entries,
    key=("id",),
    rule=of_a_known_account,
    subjects=of_nobody,
    fields={
        "year": integer(lambda row, scope: _year(row.business_on, scope)),
        "opening": _sum(_BEFORE_IT),
        "credits": _sum(_THIS_YEAR, "moved.amount_fen > 0 AND moved.kind NOT IN ('OPENING', 'INTEREST', 'REFUND')"),
        "interest": _sum(_THIS_YEAR, "moved.kind = 'INTEREST'"),
        "refunds": _sum(_THIS_YEAR, "moved.kind = 'REFUND'"),
        "payments": _sum(_THIS_YEAR, "moved.amount_fen < 0", sign=-1),
        "closing": _sum(_UNTIL_ITS_END),
    },
)
