"""A partner's app with webhooks, in a world that is open, and couriers that deliver to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from domain.store import events
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import Id, RegionCode, Role
from resolvers.webhooks.couriers import Couriers
from tests.resolvers.opened import OpenedWorld, mutation_telling
from tests.webhooks.receiving import eventually

APP = 71
OTHER_APP = 72
GUIZHOU = RegionCode("520000")
XIXIU = RegionCode("520402")

WEBHOOK = (
    "webhook { id url types regions selection retryClock status stop secretStart oldSecretUntil cursor waiting"
    " lagSeconds failures probeAt }"
)
REGISTER = mutation_telling("registerWebhook", f"... on WebhookRegistered {{ secret {WEBHOOK} }}")
UPDATE = mutation_telling("updateWebhook", f"... on WebhookUpdated {{ {WEBHOOK} }}")
PAUSE = mutation_telling("pauseWebhook", f"... on WebhookPaused {{ {WEBHOOK} }}")
RESUME = mutation_telling("resumeWebhook", f"... on WebhookResumed {{ {WEBHOOK} }}")
REMOVE = mutation_telling("removeWebhook", f"... on WebhookRemoved {{ {WEBHOOK} }}")
ROTATE = mutation_telling("rotateWebhookSecret", f"... on WebhookSecretRotated {{ secret {WEBHOOK} }}")
REDELIVER = mutation_telling("redeliverEvent", f"... on EventRedelivered {{ {WEBHOOK} }}")
_ATTEMPT = "id eventId kind number beganAt milliseconds outcome httpStatus nextAt"
TEST = mutation_telling(
    "testWebhook", f"... on WebhookTested {{ sent attempt {{ {_ATTEMPT} }} webhook {{ id waiting }} }}"
)
LOOK = (
    "query L($id: ID!) { webhook(id: $id) { id status stop cursor waiting lagSeconds failures probeAt secretStart"
    f" attempts(first: 100) {{ totalCount edges {{ node {{ {_ATTEMPT} }} }} }}"
    " deliveries(first: 100) { totalCount edges { node { id eventId status attempts occurredAt dueAt } } } } }"
)


@dataclass(slots=True)
class App:
    """An app that sees contributions in Guizhou of those whom the test lets it see."""

    world: OpenedWorld
    name: str = "app"
    client_id: int = APP
    _consents: count[int] = field(default_factory=lambda: count(900))
    _couriers: list[Couriers] = field(default_factory=list)

    async def enter(self) -> App:
        await self.world.enter(self.name, Role.PARTNER, self.client_id, ("CONTRIBUTIONS", GUIZHOU))
        return self

    async def registers(self, url: str, **given: Any) -> tuple[str, str]:
        """The id and the secret of a new webhook."""
        payload = await self.world.mutate(REGISTER, self.name, url=url, **given)
        assert payload["__typename"] == "WebhookRegistered", payload
        return payload["webhook"]["id"], payload["secret"]

    async def does(self, document: str, webhook_id: str, **given: Any) -> dict[str, Any]:
        return await self.world.mutate(document, self.name, webhookId=webhook_id, **given)

    async def looks(self, webhook_id: str) -> dict[str, Any]:
        """The webhook as the app sees it."""
        found: dict[str, Any] = (await self.world.data(LOOK, {"id": webhook_id}, self.name))["webhook"]
        return found

    async def sees(self, webhook_id: str, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The webhook as the app sees it, once something holds of it."""

        async def looked() -> dict[str, Any] | None:
            found = await self.looks(webhook_id)
            return found if holds(found) else None

        found = await eventually(looked, "a state of the webhook")
        assert found is not None
        return found

    async def persons(self, number: int) -> list[Id]:
        """Persons of Guizhou who let the app see their contributions."""
        rows = await self.world.rows(
            f"SELECT id, region_code FROM persons WHERE region_code LIKE '52%' ORDER BY id LIMIT {number}"
        )
        for person, _ in rows:
            await self.world.change(
                "INSERT INTO consents (id, person_id, client_id, data_type, given_at)"
                f" VALUES ({next(self._consents)}, {person}, {self.client_id}, 'CONTRIBUTIONS', 0)"
            )
        return [Id(person) for person, _ in rows]

    async def withdraws(self, person: Id) -> None:
        await self.world.change(f"UPDATE consents SET ended_at = 1 WHERE person_id = {person}")

    async def happens(
        self, persons: Iterable[Id], region: str = XIXIU, kind: EventType = EventType.RESIDENT_CONTRIBUTION_PAID
    ) -> list[str]:
        """An event of each person, in one transaction; their ids."""
        return await happens(self.world.service.world, persons, region, kind)

    def passes(self, seconds: float) -> None:
        """So much later, by both clocks: the world's runs with the machine's."""
        self.world.machine.forward(seconds=seconds)
        self.world.service.world.commits.happened()

    def delivers(self) -> Couriers:
        """What a serving process has, from now on."""
        found = Couriers(self.world.service.world, self.world.service.executor)
        self._couriers.append(found)
        found.start()
        return found

    async def close(self) -> None:
        for couriers in self._couriers:
            await couriers.close()


async def happens(
    world: Any,
    persons: Iterable[Id],
    region: str = XIXIU,
    kind: EventType = EventType.RESIDENT_CONTRIBUTION_PAID,
) -> list[str]:
    """An event of each person, in one transaction; their ids."""
    wanted = list(persons)
    await world.ids.reserve(len(wanted))
    new = [
        NewEvent(
            id=world.ids.new(RegionCode(region)),
            type=kind,
            region=RegionCode(region),
            occurred_at=world.clock.now(),
            actor_id=person,
            subject_id=person,
            cause=Cause("a-test"),
            payload={"contribution_id": 1, "amount_fen": 40_000, "coverage_year": 2025},
        )
        for person in wanted
    ]
    async with world.database.write() as connection:
        await events.append(connection, new)
    world.commits.happened()
    return [f"evt_{one.id}" for one in new]


@asynccontextmanager
async def app_in(world: OpenedWorld, **how: Any) -> AsyncIterator[App]:
    """An app of the world, whose couriers stop when the block ends."""
    app = await App(world, **how).enter()
    try:
        yield app
    finally:
        await app.close()
