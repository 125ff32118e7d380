"""Policy facts and quotes (政策事实、缴费测算): answered from the book of policy, every value with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.decisions.quoting import Quote, QuotedFact, Repair
from domain.decisions.rewards import Continuity
from domain.operations.quote_resident_contribution import QuoteOrder, quote_resident_contributions
from domain.operations.tell_continuity import tell_continuity
from domain.policy import Assumption, Document, Fact, PolicyUnknown, Synthetic
from domain.policy.facts import Unit
from domain.refusals import PolicyNotStated
from domain.vocabulary import Id, Prefix, lies_in, parsed_api_id, yuan
from resolvers.context import Request
from resolvers.plan.arguments import bad_input
from resolvers.plan.sources import (
    Arguments,
    Computed,
    ComputedPage,
    ComputedSource,
    Form,
    Nested,
    NestedMany,
    Plain,
    QueryRoot,
    ToRow,
)


def value_text(fact: Fact) -> str:
    """A fact's value as text: 400.00, 90, 2024-09-23/2025-02-28, SPOUSE PARENT CHILD."""
    if fact.unit is Unit.FEN:
        return yuan(fact.fen)
    match fact.plain_value():
        case dict() as window:
            return "/".join(str(end) for end in window.values())
        case list() as items:
            return " ".join(str(item) for item in items)
        case bool() as flag:
            return "true" if flag else "false"
        case plain:
            return str(plain)


def fact_id(fact: Fact) -> str:
    """The API id of a fact."""
    return f"{Prefix.POLICY_FACT.value}_{fact.key}"


def _title(document: Document | None) -> str | None:
    if document is None:
        return None
    return document.title if document.number is None else f"{document.title}（{document.number}）"


def _source(python_type: type, document: Any, assumption: Any) -> ComputedSource:
    """The one GraphQL type of a source, for each Python class that is one."""
    return ComputedSource(
        "PolicySource",
        python_type,
        {
            "kind": Plain(lambda source, arguments: source.kind),
            "document": Plain(lambda source, arguments: _title(document(source))),
            "issuer": Plain(lambda source, arguments: getattr(document(source), "issuer", None)),
            "publishedOn": Plain(lambda source, arguments: getattr(document(source), "published_on", None), Form.DATE),
            "paragraph": Plain(lambda source, arguments: getattr(document(source), "paragraph", None)),
            "quote": Plain(lambda source, arguments: getattr(document(source), "quote", None)),
            "assumption": Plain(lambda source, arguments: assumption(source)),
        },
    )


POLICY = (
    ComputedSource(
        "PolicyFact",
        Fact,
        {
            "id": Plain(lambda fact, arguments: fact_id(fact)),
            "name": Plain(lambda fact, arguments: fact.name),
            "term": Plain(lambda fact, arguments: fact.term_en if arguments["language"].name == "EN" else fact.term_zh),
            "unit": Plain(lambda fact, arguments: "yuan" if fact.unit is Unit.FEN else fact.unit.name.lower()),
            "region": Plain(lambda fact, arguments: fact.area),
            "benefitYear": Plain(lambda fact, arguments: fact.benefit_year, Form.INTEGER),
            "value": Plain(lambda fact, arguments: value_text(fact)),
            "display": Plain(
                lambda fact, arguments: fact.value_en() if arguments["language"].name == "EN" else fact.value_zh()
            ),
            "remark": Plain(lambda fact, arguments: fact.remark),
            "validFrom": Plain(lambda fact, arguments: fact.valid_from, Form.DATE),
            "validUntil": Plain(lambda fact, arguments: fact.valid_until, Form.DATE),
            "source": Nested(lambda fact: fact.source),
        },
    ),
    _source(Document, lambda source: source, lambda source: None),
    _source(Assumption, lambda source: source.document, lambda source: source.why),
    _source(Synthetic, lambda source: None, lambda source: source.remark),
    ComputedSource(
        "QuotedFact",
        QuotedFact,
        {"role": Plain(lambda quoted, arguments: quoted.role), "fact": Nested(lambda quoted: quoted.fact)},
    ),
    ComputedSource(
        "InsuranceContinuity",
        Continuity,
        {
            "person": ToRow("Person", lambda told: told.person_id),
            "region": Plain(lambda told, arguments: told.region),
            "coverageYear": Plain(lambda told, arguments: told.coverage_year, Form.INTEGER),
            "consecutiveYears": Plain(lambda told, arguments: told.consecutive_years, Form.INTEGER),
            "continuitySteps": Plain(lambda told, arguments: told.continuity_steps, Form.INTEGER),
            "zeroClaimSteps": Plain(lambda told, arguments: told.zero_claim_steps, Form.INTEGER),
            "increase": Plain(lambda told, arguments: told.raise_fen, Form.YUAN),
            "cap": Plain(lambda told, arguments: told.cap_fen, Form.YUAN),
            "raisedCap": Plain(lambda told, arguments: told.raised_cap_fen, Form.YUAN),
            "facts": NestedMany(lambda told: told.facts),
        },
        subject=lambda told: told.person_id,
    ),
    ComputedSource(
        "ContributionRepair",
        Repair,
        {
            "missedYears": Plain(lambda repair, arguments: repair.missed_years, Form.INTEGER),
            "repairableYears": Plain(lambda repair, arguments: repair.repairable_years, Form.INTEGER),
            "repairedYears": Plain(lambda repair, arguments: len(repair.years), Form.INTEGER),
            "amount": Plain(lambda repair, arguments: repair.amount_fen, Form.YUAN),
            "wholeAmount": Plain(lambda repair, arguments: repair.whole_amount_fen, Form.YUAN),
            "unrepairedUntil": Plain(lambda repair, arguments: repair.unrepaired_until, Form.DATE),
            "repairedUntil": Plain(lambda repair, arguments: repair.repaired_until, Form.DATE),
        },
    ),
    ComputedSource(
        "ContributionQuote",
        Quote,
        {
            "person": ToRow("Person", lambda quote: quote.person_id),
            "region": Plain(lambda quote, arguments: quote.region),
            "coverageYear": Plain(lambda quote, arguments: quote.coverage_year, Form.INTEGER),
            "amount": Plain(lambda quote, arguments: quote.amount_fen, Form.YUAN),
            "assistance": Plain(lambda quote, arguments: quote.assistance_fen, Form.YUAN),
            "grade": Plain(lambda quote, arguments: quote.grade, Form.INTEGER),
            "subsidy": Plain(lambda quote, arguments: quote.subsidy_fen, Form.YUAN),
            "financing": Plain(lambda quote, arguments: quote.financing_fen, Form.YUAN),
            "kind": Plain(lambda quote, arguments: quote.kind),
            "inWindow": Plain(lambda quote, arguments: quote.in_window, Form.BOOLEAN),
            "windowFrom": Plain(lambda quote, arguments: quote.window.first, Form.DATE),
            "windowUntil": Plain(lambda quote, arguments: quote.window.last, Form.DATE),
            "coverageFrom": Plain(lambda quote, arguments: quote.coverage_from, Form.DATE),
            "coverageUntil": Plain(lambda quote, arguments: quote.coverage_until, Form.DATE),
            "waitingDays": Plain(lambda quote, arguments: quote.waiting_days, Form.INTEGER),
            "waitingUntil": Plain(lambda quote, arguments: quote.waiting_until, Form.DATE),
            "repair": Nested(lambda quote: quote.repair),
            "recordVisibleAfterHours": Plain(lambda quote, arguments: quote.record_visible_after_hours, Form.INTEGER),
            "finishRequired": Plain(lambda quote, arguments: quote.finish_required, Form.BOOLEAN),
            "facts": NestedMany(lambda quote: quote.facts),
        },
        subject=lambda quote: quote.person_id,
    ),
)


async def insurance_continuity(request: Request, arguments: Arguments) -> object:
    """For how many years in a row somebody is insured, and what that is worth."""
    person_id = parsed_api_id(arguments["personId"], Prefix.PERSON) or Id(0)
    setting = request.world.setting(request.now)
    async with request.database.read() as connection:
        return await tell_continuity(connection, request.actor, person_id, arguments["coverageYear"], setting)


async def policy_fact(request: Request, arguments: Arguments) -> Fact | PolicyNotStated:
    """The fact that is in force, or that none is. Raises FieldProblem for a question that no book could answer."""
    book, on, year = request.world.policy, arguments.get("on") or request.today, arguments.get("benefitYear")
    definition = book.definitions.get(arguments["name"])
    if definition is None:
        raise bad_input(
            "没有该名称的政策事实，policyFacts 列出全部。", "No policy fact has that name; policyFacts lists them all."
        )
    if definition.per_benefit_year and year is None:
        raise bad_input(
            f"{definition.name} 按年度规定，须给出 benefitYear。",
            f"{definition.name} is stated per year of cover: give benefitYear.",
        )
    try:
        return book.fact(definition.name, area=arguments["region"], on=on, benefit_year=year)
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=gap.benefit_year)


async def policy_facts(request: Request, arguments: Arguments) -> Sequence[tuple[str, Fact]]:
    """Every fact that the filter keeps, in the book's own order, by its key."""
    where = arguments.get("where") or {}
    return [(fact.key, fact) for fact in request.world.policy.facts(on=where.get("on")) if _kept(fact, where)]


def _kept(fact: Fact, where: Arguments) -> bool:
    name = where.get("name") or {}
    region = where.get("region") or {}
    checks = [
        name.get("eq") in (None, fact.name),
        name.get("in") is None or fact.name in name["in"],
        region.get("eq") in (None, fact.area),
        region.get("in") is None or fact.area in region["in"],
        where.get("assumed") is None or where["assumed"] == isinstance(fact.source, Assumption),
    ]
    if (within := region.get("within")) is not None:
        checks.append(lies_in(fact.area, within))
    return all(checks)


async def fact_node(request: Request, api_id: str) -> Fact | None:
    """The fact that an id names, or None."""
    return request.world.policy.by_key(api_id.removeprefix(f"{Prefix.POLICY_FACT.value}_"))


async def contribution_quote(request: Request, arguments: Arguments) -> object:
    """What a payment today would cost and buy, or why it would be refused."""
    order = QuoteOrder(
        actor=request.actor,
        person_id=parsed_api_id(arguments["personId"], Prefix.PERSON) or Id(0),
        coverage_year=arguments["coverageYear"],
        grade=arguments["grade"],
        repair_years=arguments["repairYears"],
        channel=arguments["channel"],
    )
    async with request.database.read() as connection:
        [answer] = await quote_resident_contributions(connection, [order], request.world.setting(request.now))
    return answer


QUERIES: Mapping[str, QueryRoot] = {
    "policyFact": Computed(policy_fact),
    "policyFacts": ComputedPage(policy_facts),
    "contributionQuote": Computed(contribution_quote),
    "insuranceContinuity": Computed(insurance_continuity),
}
