"""Two who bind, pay for and unbind each other's relatives, an officer who enrols them, and an app that they let see
their data or not: nobody sees too much.

The model knows what was done and answered, and nothing of how the API finds rows. `CANBAO_ACCESS_EXAMPLES=1000` plays
as many examples; without it a few are played.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.policy import PolicyBook
from domain.vocabulary import Role
from resolvers.plan.executor import Executor
from tests.databases import sqlite_url
from tests.resolvers.opened import (
    ADD_MEMBERS,
    ADD_PAYEE,
    BIND,
    CONSENT,
    FINISH,
    PAY,
    REFUND,
    REMOVE_PAYEE,
    START,
    STOP_MEMBERS,
    SUBMIT,
    UNBIND,
    WITHDRAW_CONSENT,
    MachineTime,
    OpenedWorld,
    open_at,
)

EXAMPLES = int(os.environ.get("CANBAO_ACCESS_EXAMPLES", "12"))
USERS = ("employee", "employee-13")
OFFICER = "officer-employer"
STRANGER = "employee-2"
PARTNER = "partner"
CLIENT = 71
PEOPLE = (*USERS, "mother of employee", "mother of employee-13")
ACTIONS = (
    "bind",
    "bind",
    "unbind",
    "add payee",
    "remove payee",
    "pay",
    "pay",
    "pay by channel",
    "finish",
    "refund",
    "enrol",
    "stop",
    "consent",
    "consent",
    "withdraw consent",
)
SHARED = ("ENROLMENTS", "CONTRIBUTIONS", "ACCOUNT")

STEPS = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(0, 1), st.integers(0, 3), st.integers(0, 7)),
    min_size=4,
    max_size=14,
)
"""What is done, by which user, about whom, and with which of several things that could be meant."""

LISTS = {
    "persons": "Person",
    "residentContributions": "ResidentContribution",
    "payees": "Payee",
    "paymentOrders": "PaymentOrder",
    "refunds": "Refund",
    "consents": "Consent",
}


@dataclass(slots=True)
class Model:
    """What was done, by API ids."""

    people: Mapping[str, str]
    """Everybody in the story, by name."""
    enrolments: dict[str, tuple[str, bool]]
    """Whose enrolment it is, and whether the officer's unit holds it."""
    accounts: Mapping[str, str]
    contributions: dict[str, tuple[str, str]]
    """Who paid and who is insured."""
    bindings: dict[str, tuple[str, str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    payees: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    orders: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, str] = field(default_factory=dict)
    consents: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Who let the app see which type of data."""
    withdrawn: set[str] = field(default_factory=set)
    workers: set[str] = field(default_factory=set)
    """Whom the officer's unit has ever enrolled."""

    def circle(self, user: str) -> set[str]:
        """The user, and whom the user has bound and not unbound."""
        bound = {member for one, (holder, member) in self.bindings.items() if holder == user and one not in self.ended}
        return {user, *bound}

    def seen_by(self, viewer: str) -> set[str]:
        """Every row that the viewer may find."""
        if viewer == PARTNER:
            return self.shared()
        if viewer == OFFICER:
            return {*self.workers, *(one for one, (_, of_unit) in self.enrolments.items() if of_unit)}
        me = self.people.get(viewer, "")
        circle = self.circle(me)
        paid = {one for one, (payer, insured) in self.contributions.items() if payer == me or insured in circle}
        return {
            *(circle & set(self.people.values())),
            *(one for one, (person, _) in self.enrolments.items() if person in circle),
            *(one for one, person in self.accounts.items() if person == me),
            *paid,
            *(one for one, pair in self.bindings.items() if me in pair),
            *(one for one, owner in self.payees.items() if owner == me),
            *(one for one, (owner, _) in self.consents.items() if owner == me),
            *(one for one, payer in self.orders.items() if payer == me),
            *(one for one, contribution in self.receipts.items() if contribution in paid),
            *(one for one, contribution in self.refunds.items() if contribution in paid),
        }

    def shared(self) -> set[str]:
        """What the app may find: rows of which everybody whom they name lets it see their type; all live in Guizhou."""
        sees = {of: set[str]() for of in SHARED}
        for one, (person, of) in self.consents.items():
            if one not in self.withdrawn:
                sees[of].add(person)
        paid = {one for one, pair in self.contributions.items() if set(pair) <= sees["CONTRIBUTIONS"]}
        return {
            *self.consents,
            *set[str]().union(*sees.values()),
            *(one for one, (person, _) in self.enrolments.items() if person in sees["ENROLMENTS"]),
            *(one for one, person in self.accounts.items() if person in sees["ACCOUNT"]),
            *paid,
            *(one for one, contribution in self.receipts.items() if contribution in paid),
        }

    @property
    def everything(self) -> list[str]:
        return [
            *self.people.values(),
            *self.enrolments,
            *self.accounts,
            *self.contributions,
            *self.bindings,
            *self.payees,
            *self.orders,
            *self.receipts,
            *self.refunds,
            *self.consents,
        ]


@dataclass(slots=True)
class Play:
    """One example: a world of its own, and the model of it."""

    world: OpenedWorld
    model: Model
    documents: Mapping[str, Mapping[str, Any]]
    unit: str

    async def step(self, action: str, user: str, about: str, pick: int) -> None:
        model, world = self.model, self.world
        me, person = model.people[user], model.people[about]
        match action:
            case "bind":
                form = {
                    "idType": "RESIDENT_ID_CARD",
                    "pledgeAccepted": True,
                    "relation": "SIBLING" if about in USERS else "PARENT",
                }
                done = await world.mutate(BIND, user, **form, **self.documents[person])
                if done["__typename"] == "FamilyMemberBound":
                    model.bindings[done["binding"]["id"]] = (me, person)
            case "unbind":
                if (one := chosen(model.bindings, pick)) is not None:
                    done = await world.mutate(UNBIND, user, bindingId=one)
                    if done["__typename"] == "FamilyMemberUnbound":
                        model.ended.add(one)
            case "add payee":
                document = {name: self.documents[person][name] for name in ("name", "idNumber")}
                done = await world.mutate(ADD_PAYEE, user, idType="RESIDENT_ID_CARD", **document)
                if done["__typename"] == "PayeeAdded":
                    model.payees[done["payee"]["id"]] = me
            case "remove payee":
                if (one := chosen(model.payees, pick)) is not None:
                    done = await world.mutate(REMOVE_PAYEE, user, payeeId=one)
                    if done["__typename"] == "PayeeRemoved":
                        model.removed.add(one)
            case "pay" | "pay by channel":
                channel = "PERSONAL_ACCOUNT" if action == "pay" else "WECHAT"
                given = {"personId": person, "coverageYear": 2025, "channel": channel}
                done = await world.mutate(SUBMIT, user, **given)
                if done["__typename"] == "ResidentContributionSubmitted":
                    one = done["contribution"]["id"]
                    model.contributions[one] = (me, person)
                    paid = await world.mutate(PAY if action == "pay" else START, user, contributionId=one)
                    if paid["__typename"] == "PaymentStarted":
                        model.orders[paid["order"]["id"]] = me
                        await world.service.world.fire_due()
            case "finish":
                if (one := chosen(model.contributions, pick)) is not None:
                    done = await world.mutate(FINISH, user, contributionId=one)
                    if done["__typename"] == "ResidentContributionFinished":
                        model.receipts[done["receipt"]["id"]] = one
            case "refund":
                if (one := chosen(model.contributions, pick)) is not None:
                    done = await world.mutate(REFUND, user, contributionId=one, reason="MOVED_TO_EMPLOYEE")
                    if done["__typename"] == "ContributionRefundRequested":
                        model.refunds[done["refund"]["id"]] = one
            case "enrol":
                line = {name: self.documents[person][name] for name in ("name", "idNumber")}
                done = await world.mutate(
                    ADD_MEMBERS, OFFICER, unitId=self.unit, lines=[{"idType": "RESIDENT_ID_CARD", **line}]
                )
                for one in done.get("lines", ()):
                    if one["__typename"] == "MemberAdded":
                        model.enrolments[one["enrolment"]["id"]] = (person, True)
                        model.workers.add(person)
            case "consent":
                of = SHARED[pick % len(SHARED)]
                done = await world.mutate(CONSENT, about, clientId=f"cli_{CLIENT}", dataType=of)
                if done["__typename"] == "ConsentGiven":
                    model.consents[done["consent"]["id"]] = (person, of)
            case "withdraw consent":
                if (one := chosen(model.consents, pick)) is not None:
                    done = await world.mutate(WITHDRAW_CONSENT, about, consentId=one)
                    if done["__typename"] == "ConsentWithdrawn":
                        assert model.consents[one][0] == person
                        model.withdrawn.add(one)
            case "stop":
                await world.mutate(STOP_MEMBERS, OFFICER, unitId=self.unit, lines=[{"personId": person}])

    async def check(self) -> None:
        """By every path the viewers find what the model says, and nothing else of the story."""
        everything = self.model.everything
        fields = " ".join(f'n{place}: node(id: "{one}") {{ id }}' for place, one in enumerate(everything))
        lists = " ".join(f"{name}(first: 100) {{ totalCount edges {{ node {{ id }} }} }}" for name in LISTS)
        for viewer in (*USERS, OFFICER, STRANGER, PARTNER):
            may = self.model.seen_by(viewer)
            found: dict[str, Any] = {}
            for start in range(0, len(everything), 80):
                part = fields.split(" n")[start : start + 80]
                document = "{ " + " ".join(one if one.startswith("n") else f"n{one}" for one in part) + " }"
                found |= await self.world.data(document, persona=viewer)
            seen = {one["id"] for one in found.values() if one is not None}
            assert seen == may & set(everything), (viewer, seen ^ (may & set(everything)))
            for name, page in (await self.world.data(f"{{ {lists} }}", persona=viewer)).items():
                listed = {edge["node"]["id"] for edge in page["edges"]}
                of_story = listed & set(everything)
                assert page["totalCount"] == len(listed), (viewer, name)
                wanted = {one for one in may if one[:4] in {each[:4] for each in of_story}}
                assert of_story <= may, (viewer, name, of_story - may)
                if of_story and name != "payees":
                    assert of_story == wanted, (viewer, name)
                if name == "payees":
                    assert not of_story & self.model.removed


def chosen(things: Mapping[str, Any], pick: int) -> str | None:
    """One of the things that could be meant, None where there are none."""
    names = list(things)
    return names[pick % len(names)] if names else None


class Template:
    """The world that every example starts from: two siblings, each a child of the other's mother too."""

    def __init__(self, path: Path, folder: Path, executor: Executor, book: PolicyBook) -> None:
        self.path, self.folder, self.executor, self.book = path, folder, executor, book
        self.ids: list[str] = []

    async def prepare(self) -> None:
        world = await open_at(sqlite_url(self.path), self.executor, self.book, MachineTime())
        # Read before there are more kinships, of which a persona's relative is the first.
        self.ids = [*map(world.person, USERS), *map(world.relative, USERS)]
        first, second = USERS
        await world.make_related(first, second)
        await world.make_related(second, first)
        numbers = {name: f"(SELECT id_number FROM persons WHERE id = {world.person(name)[4:]})" for name in USERS}
        for one, other in ((first, second), (second, first)):
            await world.change(
                "INSERT INTO registry_kinships (id_number, relative_id_number, relation)"
                f" VALUES ({numbers[one]}, {numbers[other]}, 'SIBLING')"
            )
        await world.close()

    @asynccontextmanager
    async def play(self) -> AsyncIterator[Play]:
        for old in self.folder.glob("played.sqlite3*"):
            old.unlink()
        path = shutil.copyfile(self.path, self.folder / "played.sqlite3")
        world = await open_at(sqlite_url(path), self.executor, self.book, MachineTime())
        try:
            yield await self.playing(world)
        finally:
            await world.close()

    async def playing(self, world: OpenedWorld) -> Play:
        people = dict(zip(PEOPLE, self.ids, strict=True))
        among = ", ".join(one[4:] for one in self.ids)
        unit = (await world.viewer(OFFICER)).unit_id
        documents = {
            f"per_{key}": {"name": name, "idNumber": number, "birthDate": str(born), "sex": sex}
            for key, name, number, born, sex in await world.rows(
                f"SELECT id, name, id_number, birth_date, sex FROM persons WHERE id IN ({among})"
            )
        }

        async def pairs(sql: str) -> list[tuple[Any, ...]]:
            return await world.rows(f"{sql} WHERE person_id IN ({among})")

        model = Model(
            people,
            {
                f"enr_{key}": (f"per_{person}", of == unit)
                for key, person, of in await pairs("SELECT id, person_id, unit_id FROM enrolments")
            },
            {
                f"acc_{key}": f"per_{person}"
                for key, person in await pairs("SELECT id, person_id FROM personal_accounts")
            },
            {
                f"con_{key}": (f"per_{payer}", f"per_{person}")
                for key, payer, person in await pairs("SELECT id, payer_id, person_id FROM resident_contributions")
            },
        )
        for name, one in people.items():
            if name not in USERS:
                world.let_ask(name, one)
        await world.enter(PARTNER, Role.PARTNER, CLIENT, *((of, "520000") for of in SHARED))
        return Play(world, model, documents, f"uni_{unit}")


@pytest.fixture(scope="module")
def template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, executor: Executor, book: PolicyBook
) -> Template:
    folder = tmp_path_factory.mktemp("two-users")
    template = Template(Path(shutil.copyfile(sqlite_template, folder / "template.sqlite3")), folder, executor, book)
    asyncio.run(template.prepare())
    return template


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_nobody_sees_what_the_model_says_they_may_not(
    template: Template, steps: Sequence[tuple[str, int, int, int]]
) -> None:
    async def played() -> None:
        async with template.play() as play:
            await play.check()
            for action, user, about, pick in steps:
                await play.step(action, USERS[user], PEOPLE[about], pick)
                await play.check()

    asyncio.run(played())


def test_the_steps_can_be_done(template: Template) -> None:
    """Each kind of thing that the model knows comes about, so that the examples are about something."""

    async def played() -> None:
        async with template.play() as play:
            mother, others = PEOPLE[2], PEOPLE[3]
            first, second = USERS
            for action, user, about, pick in (
                ("bind", first, mother, 0),
                ("bind", second, first, 0),
                ("pay", first, mother, 0),
                ("add payee", second, others, 0),
                ("pay by channel", second, others, 0),
                ("finish", first, mother, 0),
            ):
                await play.step(action, user, about, pick)
                await play.check()
            contributions = list(play.model.contributions)
            for user, place in ((first, -2), (second, -1)):
                await play.step("finish", user, mother, len(contributions) + place)
            await play.step("enrol", first, others, 0)
            await play.step("refund", second, others, len(contributions) - 1)
            await play.check()
            for who, pick in ((first, 0), (first, 2), (mother, 1), (first, 1)):
                await play.step("consent", first, who, pick)
                await play.check()
            seen = {one[:3] for one in play.model.shared()}
            assert {"per", "enr", "acc", "con", "rec", "cst"} <= seen, seen
            await play.step("withdraw consent", first, mother, 2)
            await play.check()
            await play.step("unbind", first, mother, 0)
            await play.check()
            model = play.model
            assert all((model.consents, model.withdrawn))
            assert all((model.bindings, model.payees, model.orders, model.receipts, model.workers, model.ended))

    asyncio.run(played())
