"""How the collection of resident contributions goes on (征缴进度): counters by county, live.

They are counted once, when the first asks, and from then on follow from the log: one fold for all who ask of the same
region and year. The count and the place in the log where the fold goes on are of one snapshot. What the snapshot shows
of transactions that are not settled there will be told behind that place, and is taken off the count.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from time import perf_counter
from typing import Any, Final

import orjson

from domain.store.events import FIRST_UNSETTLED, EventType
from domain.store.places import beside_sql
from domain.store.statements import EngineKind
from domain.vocabulary import NATION, ContributionStatus, Fen, Instant, RegionCode, Role, region_span
from resolvers.context import Request
from resolvers.fields.following import remaining
from resolvers.fields.world import LONGEST_INTERVAL
from resolvers.following.hub import LOOK_SECONDS
from resolvers.plan.arguments import FieldProblem, bad_input
from resolvers.plan.dialect import JsonDialect
from resolvers.plan.executor import Follower, SubscriptionSource
from resolvers.plan.rows import Compiled, Cost, RowCompiler
from resolvers.plan.sources import Arguments, ComputedSource, Form, NestedMany, Plain
from resolvers.service import ErrorCode, StreamItem
from resolvers.world import World

MINUTE: Final = 60
COUNTIES: Final = 400
"""More than any province has."""
AT_ONCE: Final = 1_000
"""How many events one look at the log takes in."""
INSURED_SECONDS: Final = 600.0
"""How often it is counted anew who is insured, while somebody follows."""
_ALL: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class CountyProgress:
    """What has been collected in one county; `per_minute` during the last minute of the world's time."""

    region: RegionCode
    name: str
    insured: int
    paid: int
    amount_fen: Fen
    per_minute: int

    @property
    def share(self) -> str | None:
        """How many of the insured have paid, None where nobody is insured."""
        return f"{Decimal(self.paid) / Decimal(self.insured):.4f}" if self.insured else None


@dataclass(frozen=True, slots=True)
class Progress(CountyProgress):
    """The same of a whole region, and of each county in it that collects."""

    coverage_year: int
    at: Instant
    counties: tuple[CountyProgress, ...]


_COMMON: Mapping[str, Plain] = {
    "region": Plain(lambda one, arguments: one.region),
    "name": Plain(lambda one, arguments: one.name),
    "insured": Plain(lambda one, arguments: one.insured, Form.INTEGER),
    "paid": Plain(lambda one, arguments: one.paid, Form.INTEGER),
    "amount": Plain(lambda one, arguments: one.amount_fen, Form.YUAN),
    "share": Plain(lambda one, arguments: one.share),
    "perMinute": Plain(lambda one, arguments: one.per_minute, Form.INTEGER),
}
COMPUTED = (
    ComputedSource("CountyCollectionProgress", CountyProgress, _COMMON),
    ComputedSource(
        "CollectionProgress",
        Progress,
        {
            **_COMMON,
            "coverageYear": Plain(lambda one, arguments: one.coverage_year, Form.INTEGER),
            "at": Plain(lambda one, arguments: one.at, Form.INSTANT),
            "counties": NestedMany(lambda one: one.counties, COUNTIES),
        },
    ),
)


@dataclass(eq=False, slots=True)
class Fold:
    """The counters of one region and year in one process, as far as the log was read. `followers` go on together."""

    world: World
    region: RegionCode
    year: int
    followers: int = 0
    paid: Counter[str] = field(default_factory=Counter)
    amount_fen: Counter[str] = field(default_factory=Counter)
    insured: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    place: tuple[int, int] | None = None
    _lately: dict[str, deque[tuple[int, int]]] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _seen: asyncio.Future[None] | None = None
    _looked_at: float = 0.0
    _insured_at: float = 0.0

    async def catch_up(self, request: Request, follower: Follower) -> None:
        """The counters are as the log is now. Nothing is read that another follower has just read."""
        async with self._turn:
            waiting = self.world.commits.waiting()
            if waiting is self._seen and perf_counter() - self._looked_at < LOOK_SECONDS:
                return
            if perf_counter() - self._insured_at > INSURED_SECONDS or self.place is None:
                await self._count_insured(request, follower)
            if self.place is None:
                await self._count_paid(request, follower)
            while await self._look(request, follower):
                pass
            self._seen, self._looked_at = waiting, perf_counter()

    async def _count_insured(self, request: Request, follower: Follower) -> None:
        rows = follower.rows()
        json, low, high, _ = rows.scope.json, *self._asked(rows)
        item = json.object([("code", "found.code"), ("name", "found.name"), ("insured", "found.insured")])
        sql = (
            f"SELECT {json.as_text(json.array(item))} FROM (SELECT r.code, r.name, (SELECT count(*) FROM enrolments e"
            " WHERE e.region_code = r.code AND e.scheme = 'RESIDENT' AND e.status = 'ACTIVE') AS insured"
            f" FROM regions r WHERE r.code BETWEEN {low} AND {high}) found"
        )
        found = await _fetched(request, rows.finished(sql, Cost()))
        self.names = {each["code"]: each["name"] for each in found}
        self.insured = {each["code"]: each["insured"] for each in found if each["insured"]}
        self._insured_at = perf_counter()

    async def _count_paid(self, request: Request, follower: Follower) -> None:
        """What stands paid, less what the log tells behind the place."""
        rows = follower.rows()
        json, low, high, year = rows.scope.json, *self._asked(rows)
        counted = (
            "SELECT region_code AS region, count(*) AS paid, sum(amount_fen) AS amount FROM resident_contributions"
            f" WHERE region_code BETWEEN {low} AND {high} AND coverage_year = {year}"
            " AND status IN ('PAID', 'FINISHED') GROUP BY region_code"
        )
        ahead = (
            f"SELECT e.region_code, -sum({_change(json)}), -sum({_amount(json)}) FROM events e, bound"
            f" WHERE e.transaction_id >= bound.unsettled AND {_told(json, low, high, year)} GROUP BY e.region_code"
        )
        place = "SELECT '', bound.unsettled, bound.ended FROM bound"
        item = json.object([("region", "found.region"), ("paid", "found.paid"), ("amount", "found.amount")])
        sql = (
            f"{_bound(rows.kind)} SELECT {json.as_text(json.array(item))}"
            f" FROM ({counted} UNION ALL {ahead} UNION ALL {place}) found"
        )
        for each in await _fetched(request, rows.finished(sql, Cost())):
            if each["region"]:
                self.paid[each["region"]] += each["paid"]
                self.amount_fen[each["region"]] += each["amount"]
            else:
                self.place = _place(rows.kind, each["paid"], each["amount"])

    async def _look(self, request: Request, follower: Follower) -> bool:
        """Takes in what the log has told since; whether there may be more."""
        assert self.place is not None
        before = self.place
        rows = follower.rows()
        json, low, high, year = rows.scope.json, *self._asked(rows)
        transaction_id = rows.bind(int, lambda variables, request: before[0])
        position = rows.bind(int, lambda variables, request: before[1])
        told = (
            "SELECT e.transaction_id AS transaction_id, e.position AS position, e.region_code AS region,"
            f" e.occurred_at AS occurred_at, {_change(json)} AS change, {_amount(json)} AS amount FROM events e, bound"
            f" WHERE {beside_sql(rows.kind, ('e.transaction_id', 'e.position'), '>', (transaction_id, position))}"
            f" AND e.transaction_id < bound.unsettled AND {_told(json, low, high, year)}"
            f" ORDER BY e.transaction_id, e.position LIMIT {AT_ONCE}"
        )
        names = ("transaction_id", "position", "region", "occurred_at", "change", "amount")
        item = json.object([(name, f"found.{name}") for name in names])
        sql = (
            f"{_bound(rows.kind)} SELECT bound.unsettled, bound.ended,"
            f" (SELECT {json.as_text(json.array(item))} FROM ({told}) found) FROM bound"
        )
        compiled = rows.finished(sql, Cost())
        async with request.database.read() as connection:
            row = await connection.fetch_rendered(compiled.rendered, compiled.arguments({}, request))
        assert row is not None
        unsettled, ended, texts = row
        found = orjson.loads(texts)
        for each in sorted(found, key=lambda each: (each["transaction_id"], each["position"])):
            self.paid[each["region"]] += each["change"]
            self.amount_fen[each["region"]] += each["amount"]
            if each["change"] > 0:
                self._note(each["region"], each["occurred_at"])
            self.place = each["transaction_id"], each["position"]
        if len(found) == AT_ONCE:
            return True
        # The bound may move back: what was read stays read.
        self.place = max(self.place, _place(rows.kind, unsettled, ended))
        return False

    def _note(self, region: str, at: int) -> None:
        seconds = self._lately.setdefault(region, deque())
        if seconds and seconds[-1][0] == at:
            seconds[-1] = at, seconds[-1][1] + 1
        else:
            seconds.append((at, 1))

    def _per_minute(self, region: str, now: Instant) -> int:
        seconds = self._lately.get(region, deque())
        while seconds and seconds[0][0] <= now - MINUTE:
            seconds.popleft()
        return sum(number for _, number in seconds)

    def progress(self, now: Instant) -> Progress:
        """The counters at a moment of the world."""
        codes = sorted({code for code, number in self.paid.items() if number} | set(self.insured))
        counties = tuple(
            CountyProgress(
                RegionCode(code),
                self.names[code],
                self.insured.get(code, 0),
                self.paid[code],
                Fen(self.amount_fen[code]),
                self._per_minute(code, now),
            )
            for code in codes
        )
        return Progress(
            self.region,
            self.names[self.region],
            sum(one.insured for one in counties),
            sum(one.paid for one in counties),
            Fen(sum(one.amount_fen for one in counties)),
            sum(one.per_minute for one in counties),
            self.year,
            now,
            counties,
        )

    def _asked(self, rows: RowCompiler) -> tuple[str, str, str]:
        """Placeholders of the region's lowest and highest code, and of the year."""
        low, high = region_span(self.region)
        return (
            rows.bind(str, lambda variables, request: low),
            rows.bind(str, lambda variables, request: high),
            rows.bind(int, lambda variables, request: self.year),
        )


def _bound(kind: EngineKind) -> str:
    """What the log is at the moment of a statement: the first transaction that is not settled, and the last place.

    It is found once, so that all of a statement sees the same.
    """
    if kind is EngineKind.SQLITE:
        found = f"SELECT {_ALL} AS unsettled, coalesce(max(position), 0) AS ended FROM events"
    else:
        found = f"SELECT {FIRST_UNSETTLED} AS unsettled, 0::bigint AS ended"
    return f"WITH bound AS MATERIALIZED ({found})"


def _place(kind: EngineKind, unsettled: int, ended: int) -> tuple[int, int]:
    """The place up to which everything has been told."""
    return (0, ended) if kind is EngineKind.SQLITE else (unsettled - 1, _ALL)


def _told(json: JsonDialect, low: str, high: str, year: str) -> str:
    """The event is of a contribution of the region and year that was paid or given back."""
    types = f"'{EventType.RESIDENT_CONTRIBUTION_PAID.name}', '{EventType.RESIDENT_CONTRIBUTION_REFUNDED.name}'"
    return (
        f"e.type IN ({types}) AND e.region_code BETWEEN {low} AND {high}"
        f" AND {json.integer_member('e.payload', 'coverage_year')} = {year}"
    )


def _change(json: JsonDialect) -> str:
    """1 for one that is paid, -1 for one that is given back, 0 where a refund leaves it as it is."""
    paid = f"e.type = '{EventType.RESIDENT_CONTRIBUTION_PAID.name}'"
    # Before version 2 a refund did not say so.
    given_back = f"e.version < 2 OR {json.member('e.payload', 'status')} = '{ContributionStatus.REFUNDED.name}'"
    return f"CASE WHEN {paid} THEN 1 WHEN {given_back} THEN -1 ELSE 0 END"


def _amount(json: JsonDialect) -> str:
    return f"{_change(json)} * {json.integer_member('e.payload', 'amount_fen')}"


async def _fetched(request: Request, compiled: Compiled) -> list[dict[str, Any]]:
    """The rows of a statement that may take long, which on SQLite runs beside the loop."""
    row = await request.database.fetch_apart(compiled.rendered, compiled.arguments({}, request))
    assert row is not None
    found: list[dict[str, Any]] = orjson.loads(row[0])
    return found


def _check(request: Request, arguments: Arguments) -> None:
    """The viewer may know how collection goes on in that region. Raises FieldProblem."""
    region, seconds = arguments["region"], arguments["everySeconds"]
    viewer = request.viewer
    if viewer.role not in (Role.CLERK, Role.OPERATOR, Role.AUDITOR):
        raise FieldProblem(
            ErrorCode.FORBIDDEN,
            "征缴进度只对经办、运维和审计人员开放，请以这些身份登录。 Only clerks, operators and auditors are told how"
            " collection goes on: sign in as one of them.",
        )
    if region == NATION:
        raise bad_input("region 最大为一个省，请逐省订阅。", "region is a province at most: subscribe to each.")
    low, high = region_span(region)
    lowest, highest = request.region_span
    if not (lowest <= low and high <= highest):
        raise FieldProblem(
            ErrorCode.FORBIDDEN,
            f"经办人员只能看到本地区（{viewer.region}）的征缴进度，请改用本地区或其下的区划。 Clerks are told of their"
            f" own region ({viewer.region}): ask for that, or for one inside it.",
        )
    if not 1 <= seconds <= LONGEST_INTERVAL:
        raise bad_input(
            f"everySeconds 须在 1 至 {LONGEST_INTERVAL} 之间。", f"everySeconds is from 1 to {LONGEST_INTERVAL}."
        )


async def collection_progress(
    request: Request, arguments: Arguments, follower: Follower
) -> AsyncGenerator[StreamItem, None]:
    """The counters at once, and then whenever they are other ones, at most once in so many seconds."""
    _check(request, arguments)
    region, year, seconds = arguments["region"], arguments["coverageYear"], arguments["everySeconds"]
    left = remaining(arguments)
    world = request.world
    fold = world.folds.setdefault((region, year), Fold(world, region, year))
    fold.followers += 1
    last: Progress | None = None
    try:
        while left is None or left > 0:
            waiting = world.commits.waiting()
            await fold.catch_up(request, follower)
            if region not in fold.names:
                raise bad_input("没有这个地区，请检查 region。", "There is no such region: check the code.")
            progress = fold.progress(world.clock.now())
            if last is not None and replace(progress, at=last.at) == last:
                await world.commits.wait(waiting, LOOK_SECONDS)
                continue
            async with world.database.read() as connection:
                item = await follower.computed(progress, connection)
            yield StreamItem(item)
            last = progress
            left = None if left is None else left - 1
            if left != 0:
                await asyncio.sleep(seconds)
    finally:
        fold.followers -= 1
        if not fold.followers:
            world.folds.pop((region, year), None)


SUBSCRIPTIONS: Mapping[str, SubscriptionSource] = {"collectionProgress": SubscriptionSource(collection_progress)}
