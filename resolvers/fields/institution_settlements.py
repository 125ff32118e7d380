"""Reconciling a month with the institution that asks (月结对账)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.decisions.reconciling import MOST_DIFFERENCES, Difference, Reconciliation, Statement
from domain.operations.settle_institution import reconcile
from domain.vocabulary import Prefix
from resolvers.context import Request
from resolvers.fields.journey import named
from resolvers.plan.sources import Arguments, Computed, ComputedSource, Form, NestedMany, Plain, QueryRoot, ToRow


def statement_given(said: Arguments) -> Statement:
    """What an institution states of a month."""
    lines = tuple((named(one, "claimId", Prefix.CLAIM), one["amount"]) for one in said["lines"])
    return Statement(said["month"], said["claims"], said["total"], lines)


COMPUTED = (
    ComputedSource(
        "StatementDifference",
        Difference,
        {
            "claim": ToRow("Claim", lambda one: one.claim_id),
            "stated": Plain(lambda one, arguments: one.stated_fen, Form.YUAN),
            "due": Plain(lambda one, arguments: one.due_fen, Form.YUAN),
        },
    ),
    ComputedSource(
        "InstitutionReconciliation",
        Reconciliation,
        {
            "month": Plain(lambda found, arguments: found.month, Form.INTEGER),
            "claims": Plain(lambda found, arguments: found.claims, Form.INTEGER),
            "total": Plain(lambda found, arguments: found.total_fen, Form.YUAN),
            "totalsAgree": Plain(lambda found, arguments: found.totals_agree, Form.BOOLEAN),
            "agrees": Plain(lambda found, arguments: found.agrees, Form.BOOLEAN),
            "differenceCount": Plain(lambda found, arguments: len(found.differences), Form.INTEGER),
            "differences": NestedMany(lambda found: found.listed, MOST_DIFFERENCES),
        },
    ),
)


async def institution_reconciliation(request: Request, arguments: Arguments) -> object:
    """Where the statement differs from the books now, or why that is not told."""
    statement = statement_given(arguments["statement"])
    async with request.database.read() as connection:
        return await reconcile(connection, request.institution, statement, request.world.setting(request.now))


QUERIES: Mapping[str, QueryRoot] = {"institutionReconciliation": Computed(institution_reconciliation)}
