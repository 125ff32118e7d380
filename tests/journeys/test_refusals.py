"""Every refusal, met through the API by somebody who is in its way, and which one is told where several apply."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from domain.decisions.keeping_worlds import Kept
from domain.operations.register_enrolments import CERTIFICATE_STREAM
from domain.ports import PartyUnavailable
from domain.refusals import CreationNotKept, Refusal, RefusalCode, WorldInUse
from domain.vocabulary import Role
from resolvers.keeping import Keeper
from simulator.outside import outside
from tests.domain.cases import book_with_changed_simulated_province
from tests.flows.drawing import draw
from tests.journeys.test_declaring_wages import declare, unit_of
from tests.journeys.test_filings import MOVES, handed, own_document
from tests.journeys.test_maternity_filings import officer
from tests.resolvers.opened import (
    ACTIVATE,
    ADD_FAULT,
    ADD_MEMBERS,
    ADD_PAYEE,
    ADVANCE_CLOCK,
    APPLY_FOR_TRANSFER,
    BIND,
    CANCEL_UNIT,
    CERTIFY,
    CHANGE_UNIT,
    CHECK,
    COLLECT,
    CONSENT,
    CORRECT,
    CREATE_WORLD,
    DECLARE,
    DECLARE_OWN,
    DROP_WORLD,
    FINISH,
    FORK_WORLD,
    LUMP_SUM,
    PAUSE_WEBHOOK,
    PAY,
    PAY_BILL,
    PAY_TOGETHER,
    REAL_NAME,
    REDELIVER_EVENT,
    REFUND,
    REGISTER,
    REGISTER_FLEXIBLE,
    REGISTER_UNIT,
    REGISTER_WEBHOOK,
    REMOVE_FAULT,
    REMOVE_PAYEE,
    RESET_WORLD,
    RESUME,
    RESUME_UNIT,
    RESUME_WEBHOOK,
    RETIRE,
    REVEAL,
    REVERSE,
    SETTLE,
    SIGN_IN,
    SNAPSHOT_WORLD,
    START,
    SUBMIT,
    SUSPEND,
    SUSPEND_ELSEWHERE,
    SUSPEND_UNIT,
    TERMINATE,
    TEST_WEBHOOK,
    UNBIND,
    VOID,
    WITHDRAW,
    WITHDRAW_CONSENT,
    WITHDRAW_TRANSFER,
    OpenedWorld,
)

Meeting = Callable[[OpenedWorld], Awaitable[dict[str, Any]]]
NOBODY = "per_529999999999999999"


@dataclass(frozen=True, slots=True)
class Met:
    """How a refusal is met, and what it says beside its messages; `basis` is the name of the fact behind it."""

    code: str
    meeting: Meeting
    path: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    basis: str | None = None
    retryable: bool = False


def binding(persona: str | None, relative_of: str | None = None, /, **changes: object) -> Meeting:
    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        return await world.mutate(BIND, persona, **world.member(relative_of or persona or "employee", **changes))

    return meeting


def adding(persona: str | None, relative_of: str | None = None, /, **changes: object) -> Meeting:
    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        return await world.mutate(ADD_PAYEE, persona, **world.document(relative_of or persona or "employee", **changes))

    return meeting


def submitting(persona: str | None, relative_of: str | None = None, /, *, bound: bool = True, **given: Any) -> Meeting:
    """Binds the relative of a persona, the persona's own by default, and submits for them."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        if bound:
            if persona is not None and relative_of is not None:
                await world.make_related(persona, relative_of)
            await world.mutate(BIND, persona, **world.member(relative_of or persona or ""))
        member = world.relative(relative_of or persona or "employee")
        return await world.mutate(SUBMIT, persona, personId=member, **({"coverageYear": 2025} | given))

    return meeting


async def while_the_clock_advances(world: OpenedWorld) -> dict[str, Any]:
    await world.change("UPDATE world SET clock_until = clock_base + 10")
    await world.service.world.read_clock()
    return await world.mutate(ADVANCE_CLOCK, "operator", to="2025-01-01T00:00:00+08:00")


async def one_fault_too_many(world: OpenedWorld) -> dict[str, Any]:
    await world.change(
        "INSERT INTO world_faults (id, party, per_mille, kind, calls, hits, added_at)"
        " SELECT row_number() OVER (ORDER BY id), 'FACE_CHECK', 1, 'OUTAGE', 0, 0, 0 FROM persons ORDER BY id LIMIT 50"
    )
    return await world.mutate(ADD_FAULT, "operator", party="FACE_CHECK", kind="OUTAGE")


class OfAShelf(Keeper):
    """A keeper of what worlds and snapshots a test says that there are, at each of which it is refused."""

    def __init__(self, worlds: Mapping[str, Kept | None], refusal: Refusal | None) -> None:
        self.default = "small"
        self.worlds, self.refusal = worlds, refusal

    async def names(self) -> list[str]:
        return list(self.worlds)

    async def kept(self, name: str) -> Kept | None:
        return self.worlds.get(name)

    async def to_its_end(self, work: Callable[[], Awaitable[Any]]) -> Any:
        return await work()

    async def reset(self, name: str, snapshot: str | None) -> Refusal | None:
        return self.refusal


TEAM = Kept(600, ["creation", "before"])


def keeping(
    document: str, kept: Kept | None = TEAM, /, *, others: int = 0, refusal: Refusal | None = None, **given: Any
) -> Meeting:
    """An operator of the default world asks beside the world `team`, where it is there."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        there = {f"other-{number}": TEAM for number in range(others)} | ({} if kept is None else {"team": kept})
        world.service.world.keeper = OfAShelf(there, refusal)
        try:
            return await world.mutate(document, "operator", **given)
        finally:
            world.service.world.keeper = None

    return meeting


def withdrawing(
    persona: str | None, /, *, left: bool = False, empty: bool = False, settling: bool = False, **given: Any
) -> Meeting:
    """An account is drawn by its holder, who has left the employee scheme, or whose account never held anything."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        form = {"personId": world.person(persona or "employee"), "reason": "GIVEN_UP", "cardLastFour": "4321"}
        materials = {"materials": ["IDENTITY_DOCUMENT", "APPLICATION_FORM", "RENUNCIATION"]}
        if left:
            await world.left_employment(persona or "")
        if empty:
            await world.close_account(world.guide[persona or ""].person_id)
        if settling:
            await world.change("UPDATE timers SET for_day = '2024-12-15' WHERE kind = 'PAY_INTEREST'")
        try:
            return await world.mutate(WITHDRAW, persona, **(form | materials | given))
        finally:
            await world.change("UPDATE timers SET for_day = '2024-12-31' WHERE kind = 'PAY_INTEREST'")

    return meeting


def filing(mutation: str, *before: str, by: str = "clerk-synthetic", whole: bool = True, **given: Any) -> Meeting:
    """A transfer is filed, with its material or without, and moved by the clerk; then comes the mutation."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        form = {"relationTransfer": {"fromRegion": "440300"}}
        handed_in = {"materials": await handed(world, "two-grades", [1])} if whole else {}
        drafted = await world.mutate(
            MOVES["draftFiling"], "two-grades", matter="RELATION_TRANSFER", form=form, **handed_in
        )
        named = {"filingId": drafted["filing"]["id"]}
        await world.mutate(MOVES["submitFiling"], "two-grades", **named)
        for step in before:
            persona = "two-grades" if step in ("supplementFiling", "withdrawFiling") else "clerk-synthetic"
            extra = {"materials": await handed(world, "two-grades", [1])} if step == "supplementFiling" else {}
            moved = await world.mutate(MOVES[step], persona, **named, **extra)
            assert moved["__typename"] == "FilingMoved", moved
        return await world.mutate(MOVES[mutation], by, **named, **given)

    return meeting


def entrusting(*agents: str) -> Meeting:
    """An enquiry is drafted and entrusted to one persona after the other."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        form = {"person": {"personId": world.person("two-grades")}}
        drafted = await world.mutate(MOVES["draftFiling"], "two-grades", matter="PERSON_ENQUIRY", form=form)
        answer: dict[str, Any] = {}
        for agent in agents:
            named = await own_document(world, agent)
            answer = await world.mutate(MOVES["entrustFiling"], "two-grades", filingId=drafted["filing"]["id"], **named)
        return answer

    return meeting


def stating(**given: Any) -> Meeting:
    """What a hospital states of a month of which nothing is due."""
    statement = {"month": 202312, "claims": 0, "total": "0.00", "lines": []} | given
    return sending(
        MOVES["draftFiling"],
        "hospital-synthetic",
        matter="HOSPITAL_SETTLEMENT",
        form={"institutionStatement": statement},
    )


def bearing(since: str | None = None, *, paid: bool = False) -> Meeting:
    """What the synthetic employee's birth cost is asked for, where she is insured since then, or was paid for it."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        person = world.person("synthetic-employee")
        hospital = await world.data("{ viewer { institution { id } } }", persona="hospital-synthetic")
        form = {
            "personId": person,
            "institutionId": hospital["viewer"]["institution"]["id"],
            "occasion": "VAGINAL_BIRTH",
            "occurredOn": "2024-12-10",
            "admittedOn": "2024-12-10",
            "invoice": "M-9",
            "costs": [{"item": "S0004", "amount": "9.00"}],
            "cardLastFour": "4321",
        }
        given = {"matter": "MATERNITY_MEDICAL_PAYMENT", "form": {"maternityExpenses": form}}
        hers = f"scheme = 'MATERNITY' AND person_id = {person[4:]}"
        [(before,)] = await world.rows(f"SELECT started_on FROM enrolments WHERE {hers}")
        await world.change(f"UPDATE enrolments SET started_on = '{since or before}' WHERE {hers}")
        if paid:
            first = await world.mutate(MOVES["draftFiling"], "synthetic-employee", **given)
            await world.change(
                "INSERT INTO disbursements (id, region_code, purpose, person_id, filing_id, paid_into, amount_fen,"
                f" paid_at) VALUES (840000000099999999, '840102', 'MATERNITY_BENEFIT', {person[4:]},"
                f" {first['filing']['id'][4:]}, 'BANK_ACCOUNT', 900, 1734310800);"
                "INSERT INTO maternity_benefits (disbursement_id, person_id, benefit, occasion, occurred_on,"
                f" institution_id, invoice, cost_fen, eligible_fen, trace) VALUES (840000000099999999, {person[4:]},"
                f" 'MEDICAL', 'CAESAREAN', '2024-11-29', {form['institutionId'][4:]}, 'M-8', 900, 900, '[]')"
            )
        answer = await world.mutate(MOVES["draftFiling"], "synthetic-employee", **given)
        await world.change(
            f"UPDATE enrolments SET started_on = '{before}' WHERE {hers};"
            "DELETE FROM maternity_benefits; DELETE FROM disbursements WHERE purpose = 'MATERNITY_BENEFIT'"
        )
        return answer

    return meeting


async def on_leave(world: OpenedWorld) -> dict[str, Any]:
    """The unit of the synthetic employee asks for her allowance, and has declared no wages."""
    await officer(world)
    leave = {
        "personId": world.person("synthetic-employee"),
        "occasion": "VAGINAL_BIRTH",
        "occurredOn": "2024-12-10",
    }
    try:
        return await world.mutate(
            MOVES["draftFiling"],
            "officer-synthetic",
            matter="MATERNITY_ALLOWANCE",
            form={"maternityAllowance": leave},
        )
    finally:
        await world.change("DELETE FROM personas WHERE id = 990002")


async def asking_back(world: OpenedWorld) -> dict[str, Any]:
    bill = {
        "personId": world.person("two-grades"),
        "institutionId": "ins_849999999999999999",
        "care": "INPATIENT",
        "admittedOn": "2024-12-02",
        "invoice": "R-9",
        "costs": [{"item": "S0004", "amount": "9.00"}],
        "cardLastFour": "4321",
    }
    return await world.mutate(
        MOVES["draftFiling"], "two-grades", matter="INPATIENT_REIMBURSEMENT", form={"reimbursement": bill}
    )


async def assisting_twice(world: OpenedWorld) -> dict[str, Any]:
    """A claim of which assistance paid when it was settled."""
    mother = await world.bound("mother-assisted")
    settled = await world.mutate(
        SETTLE,
        "hospital-synthetic",
        **world.document("mother-assisted"),
        invoice="A-1",
        care="INPATIENT",
        admittedOn="2024-12-02",
        costs=[{"item": "S0004", "amount": "2000.00"}],
    )
    return await world.mutate(
        MOVES["draftFiling"],
        "mother-assisted",
        matter="ASSISTANCE_REIMBURSEMENT",
        form={"assistance": {"personId": mother, "claimId": settled["claim"]["id"]}},
    )


async def giving_back_twice(world: OpenedWorld) -> dict[str, Any]:
    """What assistance bears of the contribution of an assisted mother was given back, and is filed for again."""
    contribution, mother = await world.paid("synthetic-employee"), world.relative("synthetic-employee")
    form = {"contributionSubsidy": {"personId": mother, "coverageYear": 2025}}
    given = {"matter": "ASSISTED_CONTRIBUTION_SUBSIDY", "form": form}
    await world.change(f"UPDATE persons SET special_group = 'MINIMUM_LIVING' WHERE id = {mother[4:]}")
    first = await world.mutate(MOVES["draftFiling"], "synthetic-employee", **given)
    await world.change(
        "INSERT INTO disbursements (id, region_code, purpose, person_id, filing_id, contribution_id, paid_into,"
        f" amount_fen, paid_at) VALUES (840000000099999998, '840102', 'CONTRIBUTION_SUBSIDY', {mother[4:]},"
        f" {first['filing']['id'][4:]}, {contribution[4:]}, 'SOCIAL_SECURITY_CARD', 30000, 1734310800)"
    )
    answer = await world.mutate(MOVES["draftFiling"], "synthetic-employee", **given)
    await world.change(
        "DELETE FROM disbursements WHERE purpose = 'CONTRIBUTION_SUBSIDY';"
        f"UPDATE persons SET special_group = NULL WHERE id = {mother[4:]}"
    )
    return answer


async def recognising_twice(world: OpenedWorld) -> dict[str, Any]:
    """A disease is recognised, and filed again."""
    asked = {
        "matter": "CHRONIC_DISEASE_ENTITLEMENT",
        "form": {"entitlement": {"personId": world.person("two-grades"), "code": "M01600"}},
    }
    papers = await handed(world, "two-grades", [1, 3])
    drafted = await world.mutate(MOVES["draftFiling"], "two-grades", materials=papers, **asked)
    named = {"filingId": drafted["filing"]["id"]}
    await world.mutate(MOVES["submitFiling"], "two-grades", **named)
    for step in ("claimFiling", "acceptFiling", "approveFiling", "completeFiling"):
        await world.mutate(MOVES[step], "clerk-synthetic", **named)
    return await world.mutate(MOVES["draftFiling"], "two-grades", **asked)


async def paying_out_what_one_approved(world: OpenedWorld) -> dict[str, Any]:
    await world.left_employment("two-grades")
    form = {"personId": world.person("two-grades"), "reason": "GIVEN_UP", "cardLastFour": "4321"}
    drafted = await world.mutate(
        MOVES["draftFiling"],
        "two-grades",
        matter="ACCOUNT_WITHDRAWAL",
        form={"accountWithdrawal": form},
        materials=await handed(world, "two-grades", [1, 3]),
    )
    named = {"filingId": drafted["filing"]["id"]}
    await world.mutate(MOVES["submitFiling"], "two-grades", **named)
    for step in ("claimFiling", "acceptFiling", "approveFiling"):
        moved = await world.mutate(MOVES[step], "clerk-synthetic", **named)
        assert moved["__typename"] == "FilingMoved", moved
    return await world.mutate(MOVES["disburseFiling"], "clerk-synthetic", **named)


def declined(mutation: str, by: str, *before: str, **given: Any) -> Meeting:
    """A transfer is filed and declined; whoever applied rates it where that comes before the mutation."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        form = {"relationTransfer": {"fromRegion": "440300"}}
        drafted = await world.mutate(MOVES["draftFiling"], "two-grades", matter="RELATION_TRANSFER", form=form)
        named = {"filingId": drafted["filing"]["id"]}
        await world.mutate(MOVES["submitFiling"], "two-grades", **named)
        await world.mutate(MOVES["claimFiling"], "clerk-synthetic", **named)
        await world.mutate(MOVES["declineFiling"], "clerk-synthetic", **named, reason="表单与参保记录不符")
        for step in before:
            await world.mutate(MOVES[step], by, **named, **given)
        return await world.mutate(MOVES[mutation], by, **named, **given)

    return meeting


async def filing_for_a_resident(world: OpenedWorld) -> dict[str, Any]:
    form = {"residentEnrolment": {"personId": world.person("two-grades"), "action": "SUSPEND"}}
    return await world.mutate(MOVES["draftFiling"], "two-grades", matter="RESIDENT_ENROLMENT", form=form)


async def withdrawing_nothing(world: OpenedWorld) -> dict[str, Any]:
    """The account is open, and never held anything."""
    await world.close_account(world.guide["employee-5"].person_id)
    await world.change(
        f"UPDATE personal_accounts SET status = 'OPEN' WHERE person_id = {world.guide['employee-5'].person_id}"
    )
    return await withdrawing("employee-5", left=True)(world)


def paying(persona: str, /, **given: Any) -> Meeting:
    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        contribution = await world.submitted(persona)
        return await world.mutate(PAY, persona, contributionId=contribution, **given)

    return meeting


def sending(document: str, persona: str | None, /, **given: Any) -> Meeting:
    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        return await world.mutate(document, persona, **given)

    return meeting


async def revealing_too_often(world: OpenedWorld) -> dict[str, Any]:
    """A clerk asks for the same name again and again within the hour."""
    given = {
        "personId": f"per_{world.guide['employee'].person_id}",
        "fields": ["NAME"],
        "reason": "CORRECTION",
        "explanation": "更正登记的姓名",
    }
    for _ in range(30):
        assert (await world.mutate(REVEAL, "clerk-xixiu", **given))["__typename"] == "IdentityRevealed"
    return await world.mutate(REVEAL, "clerk-xixiu", **given)


def quoting(persona: str | None, person: str) -> Meeting:
    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        return await world.quote(persona, person)

    return meeting


def on(meeting: Meeting, **later: float) -> Meeting:
    """The same so much later, or earlier."""

    async def meeting_then(world: OpenedWorld) -> dict[str, Any]:
        world.machine.forward(**later)
        return await meeting(world)

    return meeting_then


async def binding_oneself(world: OpenedWorld) -> dict[str, Any]:
    me = (await world.data("{ viewer { person { name idNumber birthDate sex } } }", persona="employee-2"))["viewer"]
    return await world.mutate(BIND, "employee-2", **world.member("employee-2", **me["person"]))


async def binding_somebody_never_insured(world: OpenedWorld) -> dict[str, Any]:
    await world.change(
        "INSERT INTO registry_identities (id_type, id_number, name, sex, birth_date, died_on)"
        " VALUES ('FOREIGN_PASSPORT', 'X1234567', '何未参', 'FEMALE', '1961-05-04', NULL)"
    )
    holder = f"FROM persons WHERE id = {world.guide['employee-3'].person_id}"
    columns = "registry_kinships (id_number, relative_id_number, relation)"
    await world.change(
        f"INSERT INTO {columns} SELECT id_number, 'X1234567', 'PARENT' {holder};"
        f"INSERT INTO {columns} SELECT 'X1234567', id_number, 'CHILD' {holder}"
    )
    stranger = {"idType": "FOREIGN_PASSPORT", "idNumber": "X1234567", "name": "何未参", "birthDate": "1961-05-04"}
    return await world.mutate(BIND, "employee-3", **world.member("employee-3", **stranger, sex="FEMALE"))


async def binding_one_more_than_may_be(world: OpenedWorld) -> dict[str, Any]:
    guide = world.guide["employee"]
    assert guide.relative is not None
    await world.change(
        "INSERT INTO family_bindings (id, holder_id, member_id, relation, status, pledged_at, bound_at)"
        f" SELECT id, {guide.person_id}, id, 'SIBLING', 'ACTIVE', 0, 0 FROM persons"
        f" WHERE id NOT IN ({guide.person_id}, {guide.relative.person_id}) ORDER BY id LIMIT 20"
    )
    return await world.mutate(BIND, "employee", **world.member("employee"))


async def adding_oneself(world: OpenedWorld) -> dict[str, Any]:
    me = (await world.data("{ viewer { person { name idNumber } } }", persona="employee-2"))["viewer"]
    return await world.mutate(ADD_PAYEE, "employee-2", **world.document("employee-2", **me["person"]))


async def adding_twice(world: OpenedWorld) -> dict[str, Any]:
    await world.added("employee-2", "employee-3")
    return await adding("employee-2", "employee-3")(world)


def consenting(data_type: str) -> Meeting:
    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        await world.enter("partner", Role.PARTNER, 71, ("ACCOUNT", "520000"))
        return await world.mutate(CONSENT, "employee-2", clientId="cli_71", dataType=data_type)

    return meeting


async def consenting_twice(world: OpenedWorld) -> dict[str, Any]:
    await consenting("ACCOUNT")(world)
    return await consenting("ACCOUNT")(world)


def with_a_webhook(document: str, /, **given: Any) -> Meeting:
    """An app that has a webhook, which it pauses, tries ten times, or names."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        await world.enter("partner", Role.PARTNER, 71)
        registered = await world.mutate(REGISTER_WEBHOOK, "partner", url="http://127.0.0.1:9/")
        if document == TEST_WEBHOOK:
            for _ in range(10):
                await world.mutate(TEST_WEBHOOK, "partner", webhookId=registered["webhook"]["id"])
        if document == REGISTER_WEBHOOK:
            for _ in range(9):
                await world.mutate(REGISTER_WEBHOOK, "partner", url="http://127.0.0.1:9/")
            return await world.mutate(REGISTER_WEBHOOK, "partner", url="http://127.0.0.1:9/")
        return await world.mutate(document, "partner", webhookId=registered["webhook"]["id"], **given)

    return meeting


def registering_a_webhook(**given: Any) -> Meeting:
    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        await world.enter("partner", Role.PARTNER, 71)
        return await world.mutate(REGISTER_WEBHOOK, "partner", **({"url": "https://partner.example/"} | given))

    return meeting


TOO_DEAR = (
    "{ subject { residentContributions(first: 100) { edges { node { person {"
    " enrolments(first: 100) { edges { node { id } } } } } } } } }"
)


async def adding_one_more_than_may_be(world: OpenedWorld) -> dict[str, Any]:
    owner = world.guide["employee"].person_id
    await world.change(
        "INSERT INTO payees (id, owner_id, person_id, added_at)"
        f" SELECT id, {owner}, id, 0 FROM persons WHERE id NOT IN ({owner}, {world.relative('employee')[4:]})"
        " ORDER BY id LIMIT 20"
    )
    return await adding("employee")(world)


async def guessing(world: OpenedWorld) -> dict[str, Any]:
    """A name to a number that somebody knows, tried out one after another; the tenth answer is no better."""
    for guess in range(10):
        payload = await adding("employee", name=f"王{guess}")(world)
        assert payload["__typename"] == "IdentityMismatch"
    return await adding("employee")(world)


def signing_in(persona: str, /, **changes: object) -> Meeting:
    """With the persona's own document and face, but for what is changed."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        own = (await world.data("{ viewer { person { name idType idNumber } } }", persona=persona))["viewer"]["person"]
        return await world.mutate(REAL_NAME, None, **{**own, "face": f"persona:{persona}", **changes})

    return meeting


async def guessing_a_face(world: OpenedWorld) -> dict[str, Any]:
    """The document is known, and one face after another is shown; the fifth answer is no better."""
    for guess in range(5):
        payload = await signing_in("employee-11", face=f"face-{guess:024x}")(world)
        assert payload["__typename"] == "FaceCheckFailed"
    return await signing_in("employee-11")(world)


async def quoting_oneself(world: OpenedWorld) -> dict[str, Any]:
    return await world.quote("employee-4", world.person("employee-4"))


async def paying_twice(world: OpenedWorld) -> dict[str, Any]:
    contribution = await world.paid("employee-4")
    return await world.mutate(PAY, "employee-4", contributionId=contribution)


async def paying_after_another(world: OpenedWorld) -> dict[str, Any]:
    contribution = await world.submitted("employee-5")
    await world.paid("employee-6", await world.bound("employee-6", "employee-5"))
    return await world.mutate(PAY, "employee-5", contributionId=contribution)


async def paying_from_a_frozen_account(world: OpenedWorld) -> dict[str, Any]:
    return await world.mutate(PAY, "frozen-employee", contributionId=await world.submitted("frozen-employee"))


async def finishing_unpaid(world: OpenedWorld) -> dict[str, Any]:
    return await world.mutate(FINISH, "employee-7", contributionId=await world.submitted("employee-7"))


def refunding(
    persona: str, reason: str = "MOVED_TO_EMPLOYEE", /, *, meanwhile: str = "", afterwards: str = ""
) -> Meeting:
    """Asks for what was paid for a relative who has moved to the employee scheme of another province since.

    `meanwhile` and `afterwards` are the changes of the contribution's row around the request.
    """

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        contribution = await world.paid(persona)
        await world.insured_elsewhere(persona, "EMPLOYEE")
        own = f"WHERE id = {contribution.removeprefix('con_')}"
        if meanwhile:
            await world.change(f"UPDATE resident_contributions SET {meanwhile} {own}")
        payload = await world.mutate(REFUND, persona, contributionId=contribution, reason=reason)
        if afterwards:
            await world.change(f"UPDATE resident_contributions SET {afterwards} {own}")
        return payload

    return meeting


def certifying(persona: str | None, person: str | None = None, /, **given: Any) -> Meeting:
    """For the years 2024 and 2025, of oneself unless somebody else is named."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        years = {"firstYear": 2024, "lastYear": 2025}
        who = person or world.person(persona or "employee")
        return await world.mutate(CERTIFY, persona, personId=who, **(years | given))

    return meeting


async def refunding_twice(world: OpenedWorld) -> dict[str, Any]:
    contribution = (await refunding("employee-2")(world))["refund"]["contribution"]["id"]
    return await world.mutate(REFUND, "employee-2", contributionId=contribution, reason="MOVED_TO_EMPLOYEE")


async def refunding_what_a_channel_gives_back_already(world: OpenedWorld) -> dict[str, Any]:
    contribution = await world.collected("employee-20", "WECHAT")
    await world.insured_elsewhere("employee-20", "EMPLOYEE")
    asked = {"contributionId": contribution, "reason": "MOVED_TO_EMPLOYEE"}
    assert (await world.mutate(REFUND, "employee-20", **asked))["refund"]["status"] == "SENT"
    return await world.mutate(REFUND, "employee-20", **asked)


async def refunding_after_cover_has_begun(world: OpenedWorld) -> dict[str, Any]:
    contribution = await world.paid("employee")
    world.machine.forward(days=16)
    return await world.mutate(REFUND, "employee", contributionId=contribution, reason="MOVED_TO_EMPLOYEE")


async def refunding_what_waits(world: OpenedWorld) -> dict[str, Any]:
    contribution = await world.submitted("employee-3")
    return await world.mutate(REFUND, "employee-3", contributionId=contribution, reason="MOVED_TO_EMPLOYEE")


async def refunding_in_silence(world: OpenedWorld) -> dict[str, Any]:
    contribution = await world.paid("employee")
    asking = sending(REFUND, "employee", contributionId=contribution, reason="MOVED_TO_EMPLOYEE")
    return await with_silence(asking, provinces=True)(world)


async def paying_what_another_submitted(world: OpenedWorld) -> dict[str, Any]:
    contribution = await world.submitted("employee-8")
    return await world.mutate(PAY, "employee-9", contributionId=contribution)


async def reusing_a_key(world: OpenedWorld) -> dict[str, Any]:
    member = await world.bound("employee-10")
    key = world.new_key()
    given = {"personId": member, "coverageYear": 2025, "idempotencyKey": key}
    await world.mutate(SUBMIT, "employee-10", **given)
    return await world.mutate(SUBMIT, "employee-10", **(given | {"coverageYear": 2026}))


async def ending_a_binding_of_another(world: OpenedWorld) -> dict[str, Any]:
    bound = await world.mutate(BIND, "employee-11", **world.member("employee-11"))
    return await world.mutate(UNBIND, "employee-12", bindingId=bound["binding"]["id"])


def restating(persona: str, /, **stated: str) -> Meeting:
    """A change of what is on record of a persona is drafted by the persona."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        form = {"personChange": {"personId": world.person(persona), **stated}}
        return await world.mutate(MOVES["draftFiling"], persona, matter="EMPLOYEE_INFORMATION_CHANGE", form=form)

    return meeting


async def changing_nothing(world: OpenedWorld) -> dict[str, Any]:
    person = world.guide["synthetic-employee"].person_id
    [(phone,)] = await world.rows(f"SELECT phone FROM persons WHERE id = {person}")
    return await restating("synthetic-employee", phone=phone)(world)


async def changing_to_the_document_of_another(world: OpenedWorld) -> dict[str, Any]:
    """The register gives the number of somebody else who is on the platform."""
    person, other = (world.guide[name].person_id for name in ("synthetic-employee", "two-grades"))
    of = f"SELECT {{}} FROM persons WHERE id = {person}"
    [(number,)] = await world.rows(f"SELECT id_number FROM persons WHERE id = {other}")
    [(before,)] = await world.rows(f"SELECT sex FROM registry_identities WHERE id_number = '{number}'")
    held = f"UPDATE registry_identities SET name = ({of.format('name')}), sex = ({of.format('sex')})"
    back = f"UPDATE registry_identities SET name = (SELECT name FROM persons WHERE id = {other}), sex = '{before}'"
    await world.change(f"{held} WHERE id_number = '{number}'")
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    stated = {"idType": "RESIDENT_ID_CARD", "idNumber": number, "birthDate": born}
    try:
        return await restating("synthetic-employee", **stated)(world)
    finally:
        await world.change(f"{back} WHERE id_number = '{number}'")


class _Silent:
    """An outside party that answers nothing."""

    async def identities(self, *_: object, **__: object) -> Any:
        raise PartyUnavailable("population register")

    async def kinships(self, *_: object, **__: object) -> Any:
        raise PartyUnavailable("population register")

    async def active_enrolments(self, *_: object) -> Any:
        raise PartyUnavailable("national enrolment query")

    async def suspend(self, *_: object, now: object) -> None:
        raise PartyUnavailable("national enrolment query")

    async def employments(self, *_: object, **__: object) -> Any:
        raise PartyUnavailable("national enrolment query")


def transferring(*from_regions: str, instead: str | None = None) -> Meeting:
    """The worker who moved applies for each; `instead` is what the other province holds meanwhile, as plain SQL."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        if instead is not None:
            await world.change(f"UPDATE outside_enrolments SET {instead} WHERE active_until = '2023-11-10'")
        for region in from_regions:
            answer = await world.mutate(APPLY_FOR_TRANSFER, "moved-worker", fromRegion=region)
        return answer

    return meeting


async def transferring_to_nothing(world: OpenedWorld) -> dict[str, Any]:
    world.let_ask("insured-nowhere", world.relative("mother-not-enrolled"))
    return await world.mutate(APPLY_FOR_TRANSFER, "insured-nowhere", fromRegion="440300")


async def withdrawing_twice(world: OpenedWorld) -> dict[str, Any]:
    applied = await world.mutate(APPLY_FOR_TRANSFER, "moved-worker", fromRegion="510900")
    given = {"transferId": applied["transfer"]["id"]}
    await world.mutate(WITHDRAW_TRANSFER, "moved-worker", **given)
    return await world.mutate(WITHDRAW_TRANSFER, "moved-worker", **given)


async def started(world: OpenedWorld, persona: str, channel: str) -> tuple[str, str]:
    """The ids of a contribution for the persona's relative, and of the order that is to pay it by a channel."""
    contribution = await world.submitted(persona, channel=channel)
    payload = await world.mutate(START, persona, contributionId=contribution)
    assert payload["__typename"] == "PaymentStarted", payload
    return contribution, payload["order"]["id"]


async def starting_twice(world: OpenedWorld) -> dict[str, Any]:
    contribution, _ = await started(world, "employee", "WECHAT")
    return await world.mutate(START, "employee", contributionId=contribution)


async def voiding_early(world: OpenedWorld) -> dict[str, Any]:
    _, order = await started(world, "employee", "ALIPAY")
    return await world.mutate(VOID, "employee", orderId=order)


def with_silence(meeting: Meeting, *, registry: bool = False, provinces: bool = False) -> Meeting:
    """The same while a party does not answer."""

    async def meeting_in_silence(world: OpenedWorld) -> dict[str, Any]:
        speaking = outside()
        world.service.world.outside = replace(
            speaking,
            registry=_Silent() if registry else speaking.registry,
            other_provinces=_Silent() if provinces else speaking.other_provinces,
        )
        try:
            return await meeting(world)
        finally:
            world.service.world.outside = speaking

    return meeting_in_silence


def paying_together(document: str, persona: str, orders: int) -> Meeting:
    return sending(document, persona, orders=[{"contributionId": f"con_{number}"} for number in range(orders)])


async def after_a_window_without_a_later_price(world: OpenedWorld) -> dict[str, Any]:
    """No place of the product's own book states a window and no price after it."""
    with TemporaryDirectory() as folder:
        world.service.world.policy = book_with_changed_simulated_province(
            Path(folder), lambda name, block: None if name == "resident_contribution.amount_after_window" else block
        )
    return await on(submitting("synthetic-employee"), days=80)(world)


def declaring(
    persona: str | None, unit_of: str = "officer-employer", /, *, lines: int = 1, wage: str = "6500.00", **given: Any
) -> Meeting:
    """Declares the wages of the unit that a persona acts for, of somebody who need not be its member."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        unit = (await world.data("{ viewer { unit { id } } }", persona="officer-employer"))["viewer"]["unit"]["id"]
        line = {"personId": NOBODY, "wage": wage}
        asked = {"unitId": unit, "month": 202412, "lines": [line] * lines} | given
        return await world.mutate(DECLARE, persona, **asked)

    return meeting


def changing(document: str, persona: str | None, *, of: str = "chuzhou-resident", **given: Any) -> Meeting:
    """Changes the only resident enrolment of a persona, the one who asks or another."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        number = world.guide[of].person_id
        [(found,)] = await world.rows(f"SELECT id FROM enrolments WHERE person_id = {number} AND scheme = 'RESIDENT'")
        return await world.mutate(document, persona, enrolmentId=f"enr_{found}", **given)

    return meeting


def correcting(persona: str | None) -> Meeting:
    """Corrects a wage of the unit whose officer is `officer-employer`."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        unit, people = await unit_of(world)
        lines = [{"personId": people[0], "wage": "7000.00"}]
        return await world.mutate(CORRECT, persona, unitId=unit, month=202412, lines=lines)

    return meeting


async def employee_enrolment(world: OpenedWorld, person: int) -> int:
    """The id of the person's enrolment in the employee scheme."""
    [(found,)] = await world.rows(f"SELECT id FROM enrolments WHERE person_id = {person} AND scheme = 'EMPLOYEE'")
    assert isinstance(found, int)
    return found


def own_months(persona: str, times: int = 1, /, **given: Any) -> Meeting:
    """Declares the present month as a flexible worker, so many times."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        number = world.guide[persona].person_id
        found = await employee_enrolment(world, number)
        asked = {"enrolmentId": f"enr_{found}", "firstMonth": 202412, "base": "6500.00"} | given
        for _ in range(times - 1):
            await world.mutate(DECLARE_OWN, persona, **asked)
        return await world.mutate(DECLARE_OWN, persona, **asked)

    return meeting


def retiring(document: str, persona: str) -> Meeting:
    """Retires, or settles the months short, by the only enrolment of a persona."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        number = world.guide[persona].person_id
        found = await employee_enrolment(world, number)
        return await world.mutate(document, persona, enrolmentId=f"enr_{found}")

    return meeting


async def settling_nothing(world: OpenedWorld) -> dict[str, Any]:
    """By somebody of age who is insured long enough; afterwards everything is as before."""
    number = world.guide["nearly-retired"].person_id
    await world.change(f"UPDATE enrolments SET started_on = '1990-01-01' WHERE person_id = {number}")
    answer = await retiring(LUMP_SUM, "nearly-retired")(world)
    await world.change(f"UPDATE enrolments SET started_on = '2015-03-01' WHERE person_id = {number}")
    return answer


def paying_a_bill(persona: str | None, month: int, status: str = "DUE", /, **given: Any) -> Meeting:
    """Pays a bill of the unit whose officer is `officer-employer`, for a month's wages of one of its members."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        unit, people = await unit_of(world)
        bill = (await declare(world, unit, people[:1], month))["bill"]["id"]
        if status != "DUE":
            await world.mutate(PAY_BILL, "officer-employer", billId=bill, channel="TAX_SYSTEM")
        if status == "PAID":
            await world.service.world.fire_due()
        return await world.mutate(PAY_BILL, persona, **({"billId": bill, "channel": "TAX_SYSTEM"} | given))

    return meeting


def collecting(persona: str, /, *people: str, line: bool = False, **given: Any) -> Meeting:
    """Collects for people by the officer of a unit; `line` is whether the answer to the last line is what is met."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        unit = (await world.data("{ viewer { unit { id } } }", persona=persona))["viewer"]["unit"]["id"]
        lines = [{"personId": person} for person in people]
        asked = {"unitId": unit, "coverageYear": 2025, "channel": "COUNTER", "lines": lines} | given
        answer = await world.mutate(COLLECT, persona, **asked)
        last: dict[str, Any] = answer["lines"][-1] if line else answer
        return last

    return meeting


def enrolling(persona: str | None, **given: Any) -> Meeting:
    """Registers a persona, in the first district of Chuzhou unless told otherwise."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        form = {"personId": world.person(persona or "employee"), "region": "341102"} | given
        return await world.mutate(REGISTER, persona, **form)

    return meeting


async def adding_a_child_as_a_member(world: OpenedWorld) -> dict[str, Any]:
    unit = (await world.data("{ viewer { unit { id } } }", persona="officer-employer"))["viewer"]["unit"]["id"]
    answer = await world.mutate(ADD_MEMBERS, "officer-employer", unitId=unit, lines=[world.document("newborn-parent")])
    last: dict[str, Any] = answer["lines"][-1]
    return last


async def collecting_twice_for_one(world: OpenedWorld) -> dict[str, Any]:
    [(member,)] = await world.rows(
        "SELECT min(enrolments.person_id) FROM enrolments JOIN personas ON personas.unit_id = enrolments.unit_id"
        " WHERE personas.name = 'officer-village'"
    )
    return await collecting("officer-village", f"per_{member}", f"per_{member}", line=True)(world)


def registering(persona: str | None = "clerk-xixiu", /, number: int = 50, **changes: Any) -> Meeting:
    """Sends the form of a unit."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        return await world.mutate(REGISTER_UNIT, persona, **world.unit_form(number, **changes))

    return meeting


async def enrolling_a_student_who_is_asked_for_the_certificate(world: OpenedWorld) -> dict[str, Any]:
    person = world.guide["xuancheng-freshman-outside"]
    await world.change("DELETE FROM outside_enrolments WHERE region_code = '411500'")
    [(school,)] = await world.rows(
        "SELECT id FROM units WHERE region_code = '341802' AND kind = 'SCHOOL' AND name LIKE '%大学'"
    )
    draw(world, CERTIFICATE_STREAM, highest=False)
    given = {"personId": f"per_{person.person_id}", "region": "341802", "schoolUnitId": f"uni_{school}"}
    return await world.mutate(REGISTER, "xuancheng-freshman-outside", **given)


async def activating_twice(world: OpenedWorld) -> dict[str, Any]:
    given = {"personId": world.person("chuzhou-resident")}
    await world.mutate(ACTIVATE, "chuzhou-resident", **given)
    return await world.mutate(ACTIVATE, "chuzhou-resident", **given)


async def resuming_while_a_suspension_elsewhere_is_on_its_way(world: OpenedWorld) -> dict[str, Any]:
    """In Chuzhou, of somebody whose enrolment in Xuancheng was suspended a moment ago."""
    person = world.guide["chuzhou-resident"].person_id
    await world.change(
        f"UPDATE enrolments SET status = 'SUSPENDED' WHERE person_id = {person};"
        "INSERT INTO enrolments (id, person_id, scheme, person_type, region_code, status, started_on)"
        f" VALUES (340000000000090001, {person}, 'RESIDENT', 'STUDENT', '341802', 'ACTIVE', '2024-09-01')"
    )
    suspended = await world.mutate(SUSPEND, "chuzhou-resident", enrolmentId="enr_340000000000090001", agreed=True)
    [(number,)] = await world.rows(f"SELECT id FROM enrolments WHERE person_id = {person} AND region_code = '341102'")
    refused = await world.mutate(RESUME, "chuzhou-resident", enrolmentId=f"enr_{number}")
    assert refused.pop("visibleAt") == suspended["enrolment"]["suspensionVisibleAt"]
    return refused


async def registering_twice(world: OpenedWorld) -> dict[str, Any]:
    await world.registered_unit(51)
    return await registering(number=51)(world)


def changing_a_unit(number: int, /, **changes: Any) -> Meeting:
    """A clerk of the city changes a unit that was registered for it."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        unit, _ = await world.registered_unit(number)
        told = {"unitName": "某厂", "unitKind": "ENTERPRISE", "region": "520402"} | changes
        return await world.mutate(CHANGE_UNIT, "clerk-anshun", unitId=unit, **told)

    return meeting


def of_the_employer(document: str) -> Meeting:
    """What a clerk asks for the unit of officer-employer."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        unit = (await world.data("{ viewer { unit { id } } }", persona="officer-employer"))["viewer"]["unit"]["id"]
        return await world.mutate(document, "clerk-xixiu", unitId=unit)

    return meeting


def previewing(persona: str, day: str, /, *, paid: bool = False, **care: Any) -> Meeting:
    """Asks what care of the persona's relative would cost, whom the persona has bound and perhaps paid for."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        person = await world.bound(persona)
        if paid:
            await world.paid(persona, person)
        return await world.preview(persona, person, day, **care)

    return meeting


def settling(*earlier: dict[str, Any], change: str = "", **given: Any) -> Meeting:
    """A hospital settles a stay of somebody's mother, perhaps after others, and after a change of the world."""

    async def meeting(world: OpenedWorld) -> dict[str, Any]:
        form = {
            **world.document("synthetic-employee"),
            "care": "INPATIENT",
            "admittedOn": "2024-12-02",
            "dischargedOn": "2024-12-09",
            "invoice": "R-1",
            "costs": [{"item": "S0004", "amount": "900.00"}],
        }
        for one in earlier:
            assert (await world.mutate(SETTLE, "hospital-synthetic", **(form | one)))["__typename"] == "ClaimSettled"
        if change:
            await world.change(change)
        return await world.mutate(SETTLE, "hospital-synthetic", **(form | given))

    return meeting


async def reversing_twice(world: OpenedWorld) -> dict[str, Any]:
    form = {
        **world.document("synthetic-employee"),
        "care": "OUTPATIENT",
        "admittedOn": "2024-12-02",
        "invoice": "R-2",
        "costs": [{"item": "S0001", "amount": "90.00"}],
    }
    claim = (await world.mutate(SETTLE, "hospital-synthetic", **form))["claim"]["id"]
    assert (await world.mutate(REVERSE, "hospital-synthetic", claimId=claim))["__typename"] == "ClaimReversed"
    return await world.mutate(REVERSE, "hospital-synthetic", claimId=claim)


async def previewing_for_oneself(world: OpenedWorld) -> dict[str, Any]:
    return await world.preview("employee", world.person("employee"), "2025-06-16")


async def previewing_in_arrears(world: OpenedWorld) -> dict[str, Any]:
    """In February nobody has declared December, which was due in January."""
    world.machine.forward(days=60)
    return await world.preview("synthetic-employee", world.person("synthetic-employee"), "2025-02-10")


async def cancelling_who_owes(world: OpenedWorld) -> dict[str, Any]:
    person = world.person("officer-employer")
    [(unit,)] = await world.rows(
        f"SELECT unit_id FROM enrolments WHERE person_id = {person.removeprefix('per_')} AND scheme = 'EMPLOYEE'"
    )
    asked = {"unitId": f"uni_{unit}", "month": 202412, "lines": [{"personId": person, "wage": "6500.00"}]}
    await world.mutate(DECLARE, "officer-employer", **asked)
    await world.change(f"UPDATE enrolments SET status = 'SUSPENDED' WHERE unit_id = {unit}")
    return await of_the_employer(CANCEL_UNIT)(world)


MET = {
    "enrolling while not signed in": Met("NOT_SIGNED_IN", enrolling(None)),
    "enrolling nobody": Met(
        "INPUT_NOT_ACCEPTABLE", enrolling("chuzhou-resident", personId=None), ("personId",),
        {"field": "personId", "problem": "ONE_PERSON"},
    ),
    "enrolling in a city and not in its district": Met(
        "INPUT_NOT_ACCEPTABLE", enrolling("chuzhou-newcomer", region="341100"), ("region",),
        {"field": "region", "problem": "PLACE"},
    ),
    "enrolling a student without a school": Met(
        "INPUT_NOT_ACCEPTABLE", enrolling("chuzhou-newcomer", personType="STUDENT"), ("schoolUnitId",),
        {"field": "schoolUnitId", "problem": "SCHOOL"},
    ),
    "enrolling at a unit that is no school": Met(
        "INPUT_NOT_ACCEPTABLE", enrolling("chuzhou-newcomer", schoolUnitId=NOBODY), ("schoolUnitId",),
        {"field": "schoolUnitId", "problem": "SCHOOL"},
    ),
    "enrolling an adult as a minor": Met(
        "INPUT_NOT_ACCEPTABLE", enrolling("chuzhou-newcomer", personType="RESIDENT_MINOR"), ("personType",),
        {"field": "personType", "problem": "PERSON_TYPE"},
    ),
    "enrolling a stranger": Met(
        "NOT_OF_YOUR_FAMILY", enrolling("chuzhou-newcomer", personId=NOBODY), ("personId",)
    ),
    "enrolling twice": Met("ALREADY_ENROLLED", enrolling("chuzhou-resident"), ("personId",)),
    "enrolling an employee as a resident": Met(
        "ENROLLED_ELSEWHERE", enrolling("employee"), ("personId",), {"region": "520402", "scheme": "EMPLOYEE"},
        "enrolment.elsewhere_must_be_suspended",
    ),
    "enrolling while the other provinces are silent": Met(
        "PARTY_DOES_NOT_ANSWER", with_silence(enrolling("chuzhou-newcomer"), provinces=True), (),
        {"party": "OTHER_PROVINCES"}, retryable=True,
    ),
    "enrolling while the register is silent": Met(
        "PARTY_DOES_NOT_ANSWER", with_silence(enrolling("chuzhou-newcomer"), registry=True), (),
        {"party": "IDENTITY_REGISTRY"}, retryable=True,
    ),
    "activating twice": Met(
        "CERTIFICATE_ALREADY_ACTIVE", activating_twice, ("personId",), {"activatedAt": "2024-12-16T09:00:00+08:00"}
    ),
    "activating a stranger's certificate": Met(
        "NOT_OF_YOUR_FAMILY", sending(ACTIVATE, "employee", personId=NOBODY), ("personId",)
    ),
    "having another province suspend what it does not hold": Met(
        "ENROLMENT_NOT_FOUND",
        sending(SUSPEND_ELSEWHERE, "employee", personId=NOBODY, region="411500", agreed=True), ("personId",),
    ),
    "suspending while not signed in": Met("NOT_SIGNED_IN", changing(SUSPEND, None, agreed=True)),
    "suspending without agreeing": Met(
        "CONSENT_NOT_GIVEN", changing(SUSPEND, "chuzhou-resident", agreed=False), ("agreed",), {"region": "341102"},
        "enrolment.suspension_needs_consent",
    ),
    "suspending somebody else": Met(
        "ENROLMENT_NOT_FOUND", changing(SUSPEND, "employee", agreed=True), ("enrolmentId",)
    ),
    "suspending what is no enrolment": Met(
        "ENROLMENT_NOT_FOUND", sending(SUSPEND, "employee", enrolmentId=NOBODY, agreed=True), ("enrolmentId",)
    ),
    "resuming what is active": Met(
        "ENROLMENT_IN_ANOTHER_STATE", changing(RESUME, "chuzhou-resident"), ("enrolmentId",), {"status": "ACTIVE"}
    ),
    "terminating oneself for one's own death": Met(
        "TERMINATION_REASON_NOT_CONFIRMED", changing(TERMINATE, "chuzhou-resident", reason="DECEASED"), ("reason",),
        {"reason": "DECEASED"},
    ),
    "paying a bill while not signed in": Met("NOT_SIGNED_IN", paying_a_bill(None, 202401)),
    "paying a bill of another unit": Met(
        "EMPLOYEE_BILL_NOT_FOUND", paying_a_bill("officer-school", 202402), ("billId",)
    ),
    "paying a bill as an employee": Met("EMPLOYEE_BILL_NOT_FOUND", paying_a_bill("employee", 202403), ("billId",)),
    "paying what is no bill": Met(
        "EMPLOYEE_BILL_NOT_FOUND", paying_a_bill("officer-employer", 202404, billId=NOBODY), ("billId",)
    ),
    "paying a bill that is on its way": Met(
        "EMPLOYEE_BILL_NOT_DUE", paying_a_bill("officer-employer", 202405, "PAYING"), ("billId",), {"status": "PAYING"}
    ),
    "paying a paid bill": Met(
        "EMPLOYEE_BILL_NOT_DUE", paying_a_bill("officer-employer", 202406, "PAID"), ("billId",), {"status": "PAID"}
    ),
    "paying a bill through a channel for residents": Met(
        "CHANNEL_NOT_OFFERED", paying_a_bill("officer-employer", 202407, channel="WECHAT"), ("channel",),
        {"channel": "WECHAT", "offered": ["TAX_SYSTEM", "BANK_BATCH", "COUNTER"], "region": "520402"},
        basis="employee_contribution.unit_channels",
    ),
    "paying another amount for a bill": Met(
        "AMOUNT_CHANGED", paying_a_bill("officer-employer", 202412, expectedAmount="1.00"), ("expectedAmount",),
        {"expected": "1.00", "due": "552.53"},
    ),
    "registering a unit while not signed in": Met("NOT_SIGNED_IN", registering(None)),
    "registering a unit as its officer": Met("NOT_SIGNED_IN", registering("officer-employer")),
    "registering a unit whose code is of another kind": Met(
        "INPUT_NOT_ACCEPTABLE",
        registering(unitKind="ORGAN"),
        ("creditCode",),
        {"field": "creditCode", "problem": "CREDIT_CODE_KIND"},
        "unit_registration.code_fits_kind",
    ),
    "registering a unit whose code has no such check character": Met(
        "INPUT_NOT_ACCEPTABLE",
        registering(creditCode="91350100M000100Y44"),
        ("creditCode",),
        {"field": "creditCode", "problem": "CHECK_CHARACTER"},
    ),
    "registering a unit without a name": Met(
        "INPUT_NOT_ACCEPTABLE",
        registering(unitName=" "),
        ("unitName",),
        {"field": "unitName", "problem": "NAME_LENGTH"},
    ),
    "registering a unit for an officer without a name": Met(
        "INPUT_NOT_ACCEPTABLE",
        registering(officerName=""),
        ("officerName",),
        {"field": "officerName", "problem": "NAME_LENGTH"},
    ),
    "registering a unit for an officer of no number": Met(
        "INPUT_NOT_ACCEPTABLE",
        registering(officerIdNumber="1"),
        ("officerIdNumber",),
        {"field": "officerIdNumber", "problem": "NUMBER_SHAPE"},
    ),
    "registering a unit in the next county": Met(
        "OUTSIDE_YOUR_REGION", registering(region="520403"), ("region",), {"region": "520402"},
    ),
    "registering a unit in a whole city": Met(
        "OUTSIDE_YOUR_REGION", registering("clerk-anshun", region="520400"), ("region",), {"region": "520400"},
    ),
    "registering a unit for somebody of another name": Met("IDENTITY_MISMATCH", registering(officerName="某某")),
    "registering a unit twice": Met("UNIT_ALREADY_REGISTERED", registering_twice, ("creditCode",)),
    "registering a unit while the register is silent": Met(
        "PARTY_DOES_NOT_ANSWER", with_silence(registering(), registry=True), (), {"party": "IDENTITY_REGISTRY"},
        retryable=True,
    ),
    "changing a unit to another kind": Met(
        "INPUT_NOT_ACCEPTABLE",
        changing_a_unit(52, unitKind="ORGAN"),
        ("unitKind",),
        {"field": "unitKind", "problem": "KIND_OF_CODE"},
        "unit_registration.code_fits_kind",
    ),
    "moving a unit to another city": Met(
        "INPUT_NOT_ACCEPTABLE",
        changing_a_unit(53, region="510903"),
        ("region",),
        {"field": "region", "problem": "OTHER_CITY"},
    ),
    "changing a unit of nobody": Met(
        "UNIT_NOT_FOUND",
        sending(CHANGE_UNIT, "clerk-anshun", unitId="uni_1", unitName="厂", unitKind="SCHOOL", region="520402"),
        ("unitId",),
    ),
    "resuming a unit that is active": Met(
        "UNIT_IN_ANOTHER_STATE", of_the_employer(RESUME_UNIT), ("unitId",), {"status": "ACTIVE"},
    ),
    "suspending a unit that has people": Met(
        "UNIT_HAS_MEMBERS", of_the_employer(SUSPEND_UNIT), ("unitId",), {"members": 6},
    ),
    "cancelling a unit that has people": Met(
        "UNIT_HAS_MEMBERS", of_the_employer(CANCEL_UNIT), ("unitId",), {"members": 6},
    ),
    "collecting as an employer": Met(
        "NOT_A_COLLECTING_UNIT", collecting("officer-employer", NOBODY), ("unitId",), {"kind": "ENTERPRISE"},
        "payment_channel.collecting_unit_kinds",
    ),
    "collecting through an app": Met(
        "CHANNEL_NOT_OFFERED", collecting("officer-school", NOBODY, channel="WECHAT"), ("channel",),
        {"channel": "WECHAT", "region": "520402", "offered": ["TAX_SYSTEM", "BANK_BATCH", "COUNTER"]},
        "payment_channel.channels_of_collecting_units",
    ),
    "collecting for another unit": Met(
        "UNIT_NOT_FOUND", collecting("officer-school", NOBODY, unitId="uni_520000000000000001"), ("unitId",)
    ),
    "collecting for a year long before the scheme": Met(
        "INPUT_NOT_ACCEPTABLE", collecting("officer-school", NOBODY, coverageYear=1999), ("coverageYear",),
        {"field": "coverageYear", "problem": "YEAR"},
    ),
    "collecting for nobody": Met(
        "INPUT_NOT_ACCEPTABLE", collecting("officer-school"), ("lines",), {"field": "lines", "problem": "LINE_COUNT"},
    ),
    "collecting for 501": Met(
        "INPUT_NOT_ACCEPTABLE", collecting("officer-school", *[NOBODY] * 501), ("lines",),
        {"field": "lines", "problem": "LINE_COUNT"},
    ),
    "collecting for somebody without saying whom": Met(
        "INPUT_NOT_ACCEPTABLE", collecting("officer-school", lines=[{}], line=True), ("lines", "0"),
        {"field": "lines", "problem": "ONE_WAY_OF_NAMING"},
    ),
    "collecting for a document that can be nobody's": Met(
        "INPUT_NOT_ACCEPTABLE",
        collecting("officer-school", lines=[{"name": "王某", "idNumber": "240102195603150021"}], line=True),
        ("lines", "0", "idNumber"), {"field": "idNumber", "problem": "CHECK_CHARACTER"},
    ),
    "collecting for somebody of another unit": Met(
        "NOT_A_MEMBER", collecting("officer-school", NOBODY, line=True), ("lines", "0")
    ),
    "collecting twice for one person": Met("LISTED_TWICE", collecting_twice_for_one, ("lines", "1")),
    "adding a child to a unit's members": Met(
        "NOT_OF_WORKING_AGE", adding_a_child_as_a_member, ("lines", "0"), {"years": 16},
        "enrolment.working_from_years",
    ),
    "being insured twice as a flexible worker": Met(
        "ALREADY_INSURED_AS_EMPLOYEE", sending(REGISTER_FLEXIBLE, "employee", region="520402"), ()
    ),
    "correcting wages while not signed in": Met("NOT_SIGNED_IN", correcting(None)),
    "correcting the wages of another unit": Met("UNIT_NOT_FOUND", correcting("officer-school"), ("unitId",)),
    "declaring months of one's own as an employee": Met(
        "NOT_FLEXIBLY_EMPLOYED", own_months("employee"), ("enrolmentId",)
    ),
    "retiring too young": Met(
        "NOT_OF_AGE", retiring(RETIRE, "flexible-worker"), ("enrolmentId",), {"retiresOn": "2048-07-20"}
    ),
    "retiring with months short": Met(
        "YEARS_SHORT", retiring(RETIRE, "nearly-retired"), ("enrolmentId",), {"months": 123, "due": "47970.00"}
    ),
    "retiring as a resident": Met(
        "NOT_INSURED_AS_WORKING", sending(RETIRE, "employee", enrolmentId=NOBODY), ("enrolmentId",)
    ),
    "settling where nothing is short": Met("NOTHING_SHORT", settling_nothing, ("enrolmentId",)),
    "declaring a month of one's own twice": Met(
        "MONTH_ALREADY_DECLARED", own_months("flexible-worker", 2), ("firstMonth",), {"month": 202412}
    ),
    "declaring months of one's own before one was enrolled": Met(
        "INPUT_NOT_ACCEPTABLE", own_months("flexible-worker", firstMonth=201906), ("firstMonth",),
        {"field": "firstMonth", "problem": "OWN_MONTHS"},
    ),
    "declaring wages while not signed in": Met("NOT_SIGNED_IN", declaring(None)),
    "declaring wages as an employee": Met("NOT_SIGNED_IN", declaring("employee")),
    "declaring the wages of another unit": Met("UNIT_NOT_FOUND", declaring("officer-school"), ("unitId",)),
    "declaring the wages of no unit": Met("UNIT_NOT_FOUND", declaring("officer-employer", unitId=NOBODY), ("unitId",)),
    "declaring a month to come": Met(
        "INPUT_NOT_ACCEPTABLE",
        declaring("officer-employer", month=202501),
        ("month",),
        {"field": "month", "problem": "MONTH"},
    ),
    "declaring nobody's wages": Met(
        "INPUT_NOT_ACCEPTABLE",
        declaring("officer-employer", lines=0),
        ("lines",),
        {"field": "lines", "problem": "LINE_COUNT"},
    ),
    "declaring a wage of nothing": Met(
        "INPUT_NOT_ACCEPTABLE",
        declaring("officer-employer", wage="0.00"),
        ("lines",),
        {"field": "lines", "problem": "WAGE"},
    ),
    "binding while not signed in": Met("NOT_SIGNED_IN", binding(None)),
    "submitting while not signed in": Met("NOT_SIGNED_IN", submitting(None, bound=False)),
    "paying while not signed in": Met("NOT_SIGNED_IN", sending(PAY, None, contributionId="con_1")),
    "paying several while not signed in": Met("NOT_SIGNED_IN", paying_together(PAY_TOGETHER, "clerk-xixiu", 1)),
    "finishing while not signed in": Met("NOT_SIGNED_IN", sending(FINISH, None, contributionId="con_1")),
    "unbinding while not signed in": Met("NOT_SIGNED_IN", sending(UNBIND, None, bindingId="fam_1")),
    "asking for a quote while not signed in": Met("NOT_SIGNED_IN", quoting(None, NOBODY)),
    "paying as a clerk": Met("NOT_SIGNED_IN", sending(PAY, "clerk-xixiu", contributionId="con_1")),
    "paying as the operator": Met("NOT_SIGNED_IN", sending(PAY, "operator", contributionId="con_1")),
    "a key with other content": Met("IDEMPOTENCY_KEY_REUSED", reusing_a_key, ("idempotencyKey",)),
    "an identity number with a wrong check digit": Met(
        "INPUT_NOT_ACCEPTABLE", binding("employee", idNumber="240102195603150021"), ("idNumber",),
        {"field": "idNumber", "problem": "CHECK_CHARACTER"},
    ),
    "a key that is too short": Met(
        "INPUT_NOT_ACCEPTABLE", binding("employee", idempotencyKey="1234567"), ("idempotencyKey",),
        {"field": "idempotencyKey", "problem": "KEY_LENGTH"},
    ),
    "a key that is too long": Met(
        "INPUT_NOT_ACCEPTABLE", binding("employee", idempotencyKey="k" * 65), ("idempotencyKey",),
        {"field": "idempotencyKey", "problem": "KEY_LENGTH"},
    ),
    "special payment for somebody of no group": Met(
        "INPUT_NOT_ACCEPTABLE", submitting("already-bound", bound=False, kind="SPECIAL"), ("kind",),
        {"field": "kind", "problem": "NO_SPECIAL_GROUP"},
        "special_payment.groups",
    ),
    "paying several, but none": Met(
        "INPUT_NOT_ACCEPTABLE", paying_together(PAY_TOGETHER, "employee", 0), ("orders",),
        {"field": "orders", "problem": "ORDER_COUNT"},
    ),
    "paying 101 at once": Met(
        "INPUT_NOT_ACCEPTABLE", paying_together(PAY_TOGETHER, "employee", 101), ("orders",),
        {"field": "orders", "problem": "ORDER_COUNT"},
    ),
    "signing in as nobody": Met("PERSONA_NOT_FOUND", sending(SIGN_IN, None, persona="nobody"), ("persona",)),
    "a clock that goes back": Met(
        "CLOCK_NEVER_GOES_BACK", sending(ADVANCE_CLOCK, "operator", to="2024-12-16T09:00:00+08:00"), ("to",),
        {"now": "2024-12-16T09:00:00+08:00"},
    ),
    "a fault that no register has": Met(
        "FAULT_NOT_POSSIBLE", sending(ADD_FAULT, "operator", party="POPULATION_REGISTER", kind="DELAY"), ("kind",),
        {"faultProblem": "KIND"},
    ),
    "a fault that is not there": Met(
        "FAULT_NOT_FOUND", sending(REMOVE_FAULT, "operator", faultId="flt_999"), ("faultId",)
    ),
    "a world of a world that keeps none": Met(
        "WORLDS_KEPT_ELSEWHERE", sending(FORK_WORLD, "operator", world="small", newWorld="team-b")
    ),
    "a world of a name that leads out of its folder": Met(
        "INPUT_NOT_ACCEPTABLE", keeping(FORK_WORLD, world="team", newWorld="../team"), ("newWorld",),
        {"field": "newWorld", "problem": "WORLD_NAME"},
    ),
    "a snapshot of a name that is taken for good": Met(
        "INPUT_NOT_ACCEPTABLE", keeping(SNAPSHOT_WORLD, world="team", snapshot="creation"), ("snapshot",),
        {"field": "snapshot", "problem": "SNAPSHOT_NAME"},
    ),
    "a world of too few": Met(
        "INPUT_NOT_ACCEPTABLE", keeping(CREATE_WORLD, world="team-b", persons=499), ("persons",),
        {"field": "persons", "problem": "PERSON_COUNT"},
    ),
    "a world of less than no seed": Met(
        "INPUT_NOT_ACCEPTABLE", keeping(CREATE_WORLD, world="team-b", seed=-1), ("seed",),
        {"field": "seed", "problem": "SEED"},
    ),
    "a world that somebody has open": Met(
        "WORLD_IN_USE", keeping(RESET_WORLD, world="team", refusal=WorldInUse()), retryable=True
    ),
    "dropping the default world": Met(
        "WORLD_IS_DEFAULT", keeping(DROP_WORLD, world="small"), ("world",)
    ),
    "a world that is there": Met(
        "WORLD_NAME_TAKEN", keeping(CREATE_WORLD, world="team"), ("world",)
    ),
    "forking into a world that is there": Met(
        "WORLD_NAME_TAKEN", keeping(FORK_WORLD, world="small", newWorld="team"), ("newWorld",)
    ),
    "a world that is not there": Met("WORLD_NOT_FOUND", keeping(DROP_WORLD, None, world="team"), ("world",)),
    "a world of another version": Met(
        "WORLD_NEEDS_UPGRADE", keeping(FORK_WORLD, Kept(None, []), world="team", newWorld="team-b"), ("world",)
    ),
    "a world too large to be made at once": Met(
        "WORLD_TOO_LARGE", keeping(CREATE_WORLD, world="team-b", persons=20_001), ("persons",),
        {"persons": 20_001, "most": 20_000},
    ),
    "a world too large to be made again at once": Met(
        "WORLD_TOO_LARGE", keeping(RESET_WORLD, Kept(20_001, ["before"]), world="team"), ("world",),
        {"persons": 20_001, "most": 20_000},
    ),
    "a world too large to be copied at once": Met(
        "WORLD_TOO_LARGE", keeping(SNAPSHOT_WORLD, Kept(100_001, []), world="team", snapshot="now"), ("world",),
        {"persons": 100_001, "most": 100_000},
    ),
    "a snapshot that is there": Met(
        "SNAPSHOT_NAME_TAKEN", keeping(SNAPSHOT_WORLD, world="team", snapshot="before"), ("snapshot",)
    ),
    "a snapshot that is not there": Met(
        "SNAPSHOT_NOT_FOUND", keeping(RESET_WORLD, world="team", snapshot="after"), ("snapshot",)
    ),
    "a world more than there may be": Met(
        "SHELF_FULL", keeping(CREATE_WORLD, world="team-b", others=49), facts={"most": 50}
    ),
    "what a world was, which nobody kept": Met(
        "CREATION_NOT_KEPT", keeping(RESET_WORLD, world="team", refusal=CreationNotKept()), ("world",)
    ),
    "no pledge": Met(
        "PLEDGE_NOT_ACCEPTED", binding("employee", pledgeAccepted=False), ("pledgeAccepted",), {},
        "binding.pledge_required",
    ),
    "binding oneself": Met("CANNOT_BIND_SELF", binding_oneself, ("idNumber",)),
    "a name that the register writes otherwise": Met("IDENTITY_MISMATCH", binding("rare-name")),
    "a birth date that is not in the number": Met(
        "INPUT_NOT_ACCEPTABLE", binding("employee", birthDate="1960-02-29"), ("birthDate",),
        {"field": "birthDate", "problem": "NOT_OF_THE_NUMBER"},
    ),
    "a birth date in the future": Met(
        "INPUT_NOT_ACCEPTABLE", binding("employee", birthDate="2024-12-17"), ("birthDate",),
        {"field": "birthDate", "problem": "IN_THE_FUTURE"},
    ),
    "no name": Met(
        "INPUT_NOT_ACCEPTABLE", binding("employee", name=""), ("name",), {"field": "name", "problem": "NAME_LENGTH"}
    ),
    "a document that nobody has": Met(
        "IDENTITY_MISMATCH", binding("employee", idType="FOREIGN_PASSPORT", idNumber="E0000001")
    ),
    "somebody who has died": Met("PERSON_DECEASED", binding("mother-deceased"), ("idNumber",)),
    "another kinship": Met(
        "RELATION_MISMATCH", binding("employee", relation="SIBLING"), ("relation",), {},
        "binding.kinship_must_be_recorded",
    ),
    "somebody else's mother": Met(
        "RELATION_MISMATCH", binding("employee", "employee-19"), ("relation",), {}, "binding.kinship_must_be_recorded"
    ),
    "an uncle": Met(
        "RELATION_NOT_COVERED", binding("uncle"), ("relation",),
        {
            "relation": "OTHER",
            "region": "520402",
            "covered": [
                "SPOUSE", "PARENT", "CHILD", "SIBLING", "PATERNAL_GRANDPARENT", "MATERNAL_GRANDPARENT",
                "PATERNAL_GRANDCHILD", "MATERNAL_GRANDCHILD",
            ],
        },
        "family_mutual_aid.relations_covered",
    ),
    "a member bound already": Met("ALREADY_BOUND", binding("already-bound")),
    "a binding that is another's": Met("BINDING_NOT_FOUND", ending_a_binding_of_another, ("bindingId",)),
    "a binding that is not there": Met(
        "BINDING_NOT_FOUND", sending(UNBIND, "employee", bindingId="fam_529999999999999999"), ("bindingId",)
    ),
    "a binding by no id": Met("BINDING_NOT_FOUND", sending(UNBIND, "employee", bindingId="\U0001f600"), ("bindingId",)),
    "changing nothing": Met("NOTHING_CHANGES", changing_nothing, ("form", "personChange")),
    "changing to the document of another": Met(
        "DOCUMENT_OF_ANOTHER", changing_to_the_document_of_another, ("form", "personChange", "idNumber")
    ),
    "adding oneself": Met("CANNOT_ADD_SELF", adding_oneself, ("idNumber",)),
    "adding a name that the register does not hold": Met("IDENTITY_MISMATCH", adding("employee-3", name="某某")),
    "adding a number that nobody has": Met(
        "IDENTITY_MISMATCH", adding("employee-3", idType="FOREIGN_PASSPORT", idNumber="E0000001")
    ),
    "adding by the number of an old card": Met(
        "INPUT_NOT_ACCEPTABLE", adding("employee-3", idNumber="240102560315002"), ("idNumber",),
        {"field": "idNumber", "problem": "OLD_NUMBER"},
    ),
    "adding somebody who has died": Met("PERSON_DECEASED", adding("employee-3", "mother-deceased"), ("idNumber",)),
    "adding the same twice": Met("ALREADY_PAYEE", adding_twice),
    "consenting to nobody": Met(
        "PARTNER_NOT_FOUND", sending(CONSENT, "employee", clientId="cli_999", dataType="ACCOUNT"), ("clientId",)
    ),
    "consenting to what was not granted": Met(
        "DATA_TYPE_NOT_GRANTED", consenting("CONTRIBUTIONS"), ("dataType",), {"dataType": "CONTRIBUTIONS"}
    ),
    "consenting twice": Met("ALREADY_CONSENTED", consenting_twice, basis="partner_consent.lasts"),
    "withdrawing no consent": Met(
        "CONSENT_NOT_FOUND",
        sending(WITHDRAW_CONSENT, "employee", consentId="cst_529999999999999999"),
        ("consentId",),
        basis="partner_consent.given_by",
    ),
    "a webhook that is not there": Met(
        "WEBHOOK_NOT_FOUND", sending(PAUSE_WEBHOOK, "operator", webhookId="whk_1"), ("webhookId",)
    ),
    "a webhook by a scheme that is not taken": Met(
        "WEBHOOK_URL_NOT_ALLOWED", registering_a_webhook(url="ftp://partner.example/"), ("url",),
        {"urlProblem": "SCHEME"},
    ),
    "a webhook that asks for what no event has": Met(
        "WEBHOOK_SELECTION_NOT_VALID", registering_a_webhook(selection="{ surname }"), ("selection",),
        {"explanation": "Cannot query field 'surname' on type 'Event'."},
    ),
    "a webhook that asks for too much": Met(
        "WEBHOOK_SELECTION_TOO_DEAR", registering_a_webhook(selection=TOO_DEAR), ("selection",),
        {"cost": 3_040_300, "most": 80_000},
    ),
    "a webhook that goes on already": Met(
        "WEBHOOK_IN_ANOTHER_STATE", with_a_webhook(RESUME_WEBHOOK), ("webhookId",), {"status": "ACTIVE"}
    ),
    "an event that the app does not see": Met(
        "EVENT_NOT_FOUND", with_a_webhook(REDELIVER_EVENT, eventId="evt_1"), ("eventId",)
    ),
    "removing nobody": Met(
        "PAYEE_NOT_FOUND", sending(REMOVE_PAYEE, "employee", payeeId="pye_529999999999999999"), ("payeeId",)
    ),
    "somebody who is neither bound nor added": Met(
        "NOT_THE_PAYER", submitting("employee-13", bound=False, channel="WECHAT"), ("personId",),
        {"accountArea": None, "enrolmentArea": None}, "payee.added_before_payment",
    ),
    "somebody who is not bound": Met(
        "NOT_THE_PAYER", submitting("employee-13", bound=False), ("personId",),
        {"accountArea": None, "enrolmentArea": None}, "binding.required_before_payment",
    ),
    "somebody who does not exist": Met(
        "NOT_THE_PAYER", sending(SUBMIT, "employee-13", personId=NOBODY, coverageYear=2025), ("personId",),
        {"accountArea": None, "enrolmentArea": None}, "binding.required_before_payment",
    ),
    "a quote for somebody who is not bound": Met(
        "NOT_THE_PAYER", quoting("employee-13", NOBODY), ("personId",),
        {"accountArea": None, "enrolmentArea": None}, "binding.required_before_payment",
    ),
    "a member enrolled too far from the account": Met(
        "NOT_THE_PAYER", submitting("employee-13", "synthetic-employee"), ("personId",),
        {"accountArea": "520402", "enrolmentArea": "840102"}, "family_mutual_aid.payer_area_scope",
    ),
    "somebody whom the platform does not hold": Met("PERSON_NOT_FOUND", binding_somebody_never_insured),
    "a mother who was never enrolled": Met(
        "NOT_ENROLLED", submitting("mother-not-enrolled"), ("personId",), {}, "enrolment.required_before_payment"
    ),
    "a mother who is insured in Shenzhen": Met(
        "ENROLLED_ELSEWHERE", submitting("mother-employed-elsewhere"), ("personId",),
        {"region": "440300", "scheme": "EMPLOYEE"}, "enrolment.elsewhere_must_be_suspended",
    ),
    "oneself, being an employee": Met(
        "ENROLLED_ELSEWHERE", quoting_oneself, ("personId",), {"region": "520423", "scheme": "EMPLOYEE"},
        "enrolment.elsewhere_must_be_suspended",
    ),
    "a contribution that another submitted": Met(
        "CONTRIBUTION_NOT_FOUND", paying_what_another_submitted, ("contributionId",)
    ),
    "a contribution that is not there": Met(
        "CONTRIBUTION_NOT_FOUND", sending(FINISH, "employee", contributionId="con_529999999999999999"),
        ("contributionId",),
    ),
    "a contribution by the id of a person": Met(
        "CONTRIBUTION_NOT_FOUND", sending(PAY, "employee", contributionId="per_520000000000000001"),
        ("contributionId",),
    ),
    "paying twice": Met("ALREADY_PAID", paying_twice),
    "submitting what one has paid": Met("ALREADY_PAID", submitting("already-paid", bound=False)),
    "a mother who has paid herself": Met("PAID_BY_ANOTHER", submitting("mother-already-paid")),
    "a mother for whom a brother has paid": Met("PAID_BY_ANOTHER", submitting("sibling-paid")),
    "paying after somebody else": Met("PAID_BY_ANOTHER", paying_after_another),
    "ordinary payment for somebody of a special group": Met(
        "SPECIAL_PAYMENT_REQUIRED", submitting("mother-special-group"), ("kind",), {"group": "MINIMUM_LIVING"},
        "special_payment.groups",
    ),
    "a price that no document states": Met(
        "POLICY_NOT_STATED", submitting("mianyang-employee"), (),
        {"name": "collection_window.window", "region": "510704", "on": "2024-12-16", "coverageYear": 2025},
    ),
    "a year that no document speaks of": Met(
        "POLICY_NOT_STATED", submitting("employee-14", coverageYear=2026), (),
        {"name": "collection_window.window", "region": "520403", "on": "2024-12-16", "coverageYear": 2026},
    ),
    "a grade that the place does not have": Met(
        "INPUT_NOT_ACCEPTABLE", submitting("two-grades", grade=3), ("grade",),
        {"field": "grade", "problem": "GRADE"}, "resident_contribution.has_second_grade",
    ),
    "more missed years than shorten the wait": Met(
        "INPUT_NOT_ACCEPTABLE", submitting("repairable-gap", repairYears=3), ("repairYears",),
        {"field": "repairYears", "problem": "REPAIR_YEARS"}, "waiting_period.has_variable_part",
    ),
    "a year long before the scheme": Met(
        "INPUT_NOT_ACCEPTABLE", submitting("already-bound", bound=False, coverageYear=1999), ("coverageYear",),
        {"field": "coverageYear", "problem": "YEAR"},
    ),
    "finishing what is not paid": Met("NOT_YET_PAID", finishing_unpaid, ("contributionId",)),
    "refunding while not signed in": Met(
        "NOT_SIGNED_IN", sending(REFUND, None, contributionId="con_1", reason="DUPLICATE")
    ),
    "refunding what is not there": Met(
        "CONTRIBUTION_NOT_FOUND", sending(REFUND, "employee", contributionId="con_1", reason="DUPLICATE"),
        ("contributionId",),
    ),
    "refunding twice": Met("ALREADY_REFUNDED", refunding_twice, ("contributionId",)),
    "refunding what the channel gives back already": Met(
        "REFUND_UNDER_WAY", refunding_what_a_channel_gives_back_already, ("contributionId",)
    ),
    "refunding for a reason that the records do not show": Met(
        "REFUND_REASON_NOT_CONFIRMED", refunding("employee-12", "MOVED_REGION"), ("reason",),
        {"reason": "MOVED_REGION"}, "refund.reasons",
    ),
    "refunding what is not paid": Met("NOT_YET_PAID", refunding_what_waits, ("contributionId",)),
    "refunding what another channel took": Met(
        "NOT_PAID_THROUGH_PLATFORM",
        refunding("employee-19", meanwhile="channel = 'TAX_SYSTEM'", afterwards="channel = 'PERSONAL_ACCOUNT'"),
        ("contributionId",),
    ),
    "certifying while not signed in": Met("NOT_SIGNED_IN", certifying(None, NOBODY)),
    "certifying for somebody who is not bound": Met(
        "NOT_OF_YOUR_FAMILY", certifying("employee", NOBODY), ("personId",)
    ),
    "certifying years in which nothing was paid": Met("NO_PAYMENT_TO_CERTIFY", certifying("employee")),
    "certifying more than 20 years": Met(
        "INPUT_NOT_ACCEPTABLE", certifying("employee", firstYear=2005, lastYear=2025), ("lastYear",),
        {"field": "lastYear", "problem": "YEAR_SPAN"},
    ),
    "certifying backwards": Met(
        "INPUT_NOT_ACCEPTABLE", certifying("employee", lastYear=2023), ("lastYear",),
        {"field": "lastYear", "problem": "YEAR_SPAN"},
    ),
    "certifying from a year before the scheme": Met(
        "INPUT_NOT_ACCEPTABLE", certifying("employee", firstYear=1999), ("firstYear",),
        {"field": "firstYear", "problem": "YEAR"},
    ),
    "a payer without an account": Met("NO_PERSONAL_ACCOUNT", submitting("no-account")),
    "withdrawing while not signed in": Met("NOT_SIGNED_IN", withdrawing(None)),
    "withdrawing to a card of three digits": Met(
        "INPUT_NOT_ACCEPTABLE", withdrawing("employee", cardLastFour="432"), ("cardLastFour",),
        {"field": "cardLastFour", "problem": "CARD_DIGITS"},
    ),
    "withdrawing from the account of nobody": Met(
        "NOT_ENTITLED_TO_WITHDRAW", withdrawing("employee", personId=NOBODY), ("personId",)
    ),
    "withdrawing without an account": Met("NO_PERSONAL_ACCOUNT", withdrawing("no-account")),
    "withdrawing from a closed account": Met("ACCOUNT_CLOSED", withdrawing("employee-3", left=True, empty=True)),
    "withdrawing from a frozen account": Met("ACCOUNT_FROZEN", withdrawing("frozen-employee")),
    "withdrawing as an employee": Met("STILL_INSURED_AS_EMPLOYEE", withdrawing("employee"), ("reason",)),
    "withdrawing for one's own death": Met(
        "WITHDRAWAL_REASON_NOT_CONFIRMED", withdrawing("employee", reason="DECEASED"), ("reason",),
        {"reason": "DECEASED"},
    ),
    "withdrawing without a statement": Met(
        "MATERIALS_MISSING",
        withdrawing("employee-4", left=True, materials=["IDENTITY_DOCUMENT", "APPLICATION_FORM"]),
        ("materials",), {"missing": ["RENUNCIATION"]}, "personal_account.withdrawal_materials_given_up",
    ),
    "withdrawing nothing": Met("NOTHING_TO_WITHDRAW", withdrawing_nothing),
    "withdrawing while interest is paid": Met(
        "INTEREST_BEING_SETTLED", withdrawing("employee-6", left=True, settling=True), retryable=True
    ),
    "a payer whose account is frozen": Met("ACCOUNT_FROZEN", paying_from_a_frozen_account),
    "another amount than expected, submitting": Met(
        "AMOUNT_CHANGED", submitting("employee-15", expectedAmount="380.00"), ("expectedAmount",),
        {"expected": "380.00", "due": "400.00"}, "resident_contribution.amount_in_window",
    ),
    "another amount than expected, paying": Met(
        "AMOUNT_CHANGED", paying("employee-16", expectedAmount="400.01"), ("expectedAmount",),
        {"expected": "400.01", "due": "400.00"}, "resident_contribution.amount_in_window",
    ),
    "a payer who has too little": Met(
        "BALANCE_TOO_LOW", paying("poor-employee"), (), {"balance": "149.20", "due": "400.00"},
        "family_mutual_aid.balance_too_low",
    ),
    "binding while the register is silent": Met(
        "PARTY_DOES_NOT_ANSWER", with_silence(binding("employee-17"), registry=True), (),
        {"party": "IDENTITY_REGISTRY"}, retryable=True,
    ),
    "submitting while the other provinces are silent": Met(
        "PARTY_DOES_NOT_ANSWER", with_silence(submitting("employee-18"), provinces=True), (),
        {"party": "OTHER_PROVINCES"}, retryable=True,
    ),
    "moving a filing that is not there": Met(
        "FILING_NOT_FOUND", sending(MOVES["claimFiling"], "clerk-xixiu", filingId="fil_520000000000000001"),
        ("filingId",),
    ),
    "asking to be paid back what was paid to nobody on the platform": Met(
        "INSTITUTION_NOT_FOUND", asking_back, ("form", "reimbursement", "institutionId")
    ),
    "resuming an agreement that was not suspended": Met(
        "AGREEMENT_IN_ANOTHER_STATE",
        sending(
            MOVES["draftFiling"], "hospital-synthetic", matter="AGREEMENT_RESUMPTION",
            form={"agreementResumption": {"licenceChanged": False}},
        ),
        ("matter",), {"status": "ACTIVE"},
    ),
    "settling a month with claims that are not there": Met(
        "STATEMENT_DIFFERS", stating(lines=[{"claimId": "clm_1", "amount": "9.00"}]),
        ("form", "institutionStatement", "lines"), {"differences": 1},
    ),
    "settling a month of which nothing is due": Met(
        "NOTHING_TO_PAY", stating(), ("form", "institutionStatement"),
    ),
    "having recognised what is recognised": Met(
        "ENTITLED_ALREADY", recognising_twice, ("form", "entitlement", "code"),
        {"lastDay": "2026-12-15", "renewableFrom": "2026-10-17"}, "entitlement.renewal_days",
    ),
    "asking for maternity benefits without the insurance": Met(
        "NOT_INSURED_FOR_MATERNITY",
        bearing("2024-12-11"),
        ("form", "maternityExpenses", "occurredOn"), {"on": "2024-12-10"},
    ),
    "asking for maternity benefits too soon": Met(
        "MATERNITY_MONTHS_SHORT",
        bearing("2024-10-31"),
        ("form", "maternityExpenses", "occurredOn"), {"months": 3, "required": 6}, "maternity_benefit.months_required",
    ),
    "asking for an allowance without wages": Met(
        "UNIT_WAGES_NOT_ON_RECORD", on_leave, ("form", "maternityAllowance", "occurredOn"), {"year": 2023},
        "maternity_benefit.allowance_wage",
    ),
    "asking twice for what a birth cost": Met(
        "MATERNITY_BENEFIT_PAID", bearing(paid=True), ("form", "maternityExpenses", "occurredOn"),
        {"benefit": "MEDICAL", "occurredOn": "2024-11-29"}, "maternity_benefit.days_between_pregnancies",
    ),
    "having assistance pay of what it has paid of": Met(
        "ASSISTANCE_PAID_ALREADY", assisting_twice, ("form", "assistance", "claimId"), {"amount": "910.00"},
    ),
    "having assistance give back of a contribution twice": Met(
        "CONTRIBUTION_SUBSIDISED", giving_back_twice, ("form", "contributionSubsidy", "coverageYear"),
        {"amount": "300.00"},
    ),
    "filing what is for others": Met("MAY_NOT_FILE", filing_for_a_resident, ("matter",), {"applicants": ["RESIDENT"]}),
    "withdrawing a filing that is withdrawn": Met(
        "FILING_IN_ANOTHER_STATE", filing("withdrawFiling", "withdrawFiling", by="two-grades"), ("filingId",),
        {"status": "WITHDRAWN"},
    ),
    "entrusting a filing to oneself": Met("CANNOT_ENTRUST_SELF", entrusting("two-grades"), ("idNumber",)),
    "entrusting a filing to a second agent": Met(
        "FILING_ENTRUSTED_ALREADY", entrusting("synthetic-employee", "nearly-retired"), ("filingId",)
    ),
    "revoking an agent whom a filing has not": Met(
        "FILING_NOT_ENTRUSTED", filing("revokeFilingAgent", by="two-grades"), ("filingId",)
    ),
    "accepting a filing that nobody holds": Met(
        "FILING_NOT_IN_HAND", filing("acceptFiling"), ("filingId",), {"claimed": False}
    ),
    "telling twice what is missing": Met(
        "MATERIALS_REQUESTED_ALREADY",
        filing(
            "requestFilingMaterials", "claimFiling", "requestFilingMaterials", "supplementFiling", whole=False
        ),
        ("filingId",), {"noticedAt": "2024-12-16T09:00:00+08:00"},
    ),
    "telling what is missing when nothing is": Met(
        "NOTHING_IS_MISSING", filing("requestFilingMaterials", "claimFiling"), ("filingId",)
    ),
    "accepting a filing without its materials": Met(
        "FILING_MATERIALS_MISSING", filing("acceptFiling", "claimFiling", whole=False), ("filingId",), {"missing": [1]}
    ),
    "paying out what pays nothing": Met(
        "FILING_ENDS_OTHERWISE", filing("disburseFiling", "claimFiling", "acceptFiling", "approveFiling"),
        ("filingId",), {"move": "COMPLETE"},
    ),
    "rating a filing twice": Met(
        "FILING_RATED_ALREADY", declined("rateFiling", "two-grades", "rateFiling", rating="SATISFIED"),
        ("filingId",), {"ratedAt": "2024-12-16T09:00:00+08:00"},
    ),
    "putting right what nobody rated": Met(
        "NOTHING_TO_RECTIFY", declined("rectifyFiling", "clerk-synthetic", text="已致歉并增设窗口"), ("filingId",)
    ),
    "completing what cannot be done": Met(
        "FILING_NOT_COMPLETED", filing("completeFiling", "claimFiling", "acceptFiling", "approveFiling"),
        ("filingId",), {"refused": "NOTHING_TO_TRANSFER"},
    ),
}  # fmt: skip

MET_IN_A_WORLD_OF_ITS_OWN = {
    "one fault more than a world may have": Met("TOO_MANY_FAULTS", one_fault_too_many, facts={"most": 50}),
    "a clock that is on its way": Met(
        "CLOCK_IS_ADVANCING", while_the_clock_advances, facts={"until": "2024-12-16T09:00:10+08:00"}, retryable=True
    ),
    "paying out what one approved oneself": Met("APPROVED_BY_ONESELF", paying_out_what_one_approved, ("filingId",)),
    "one webhook more than an app may have": Met(
        "TOO_MANY_WEBHOOKS", with_a_webhook(REGISTER_WEBHOOK), facts={"most": 10}
    ),
    "trying a webhook once more than may be in a minute": Met(
        "TOO_MANY_WEBHOOK_TESTS", with_a_webhook(TEST_WEBHOOK), facts={"most": 10}, retryable=True
    ),
    "care in a year that nobody has paid for": Met(
        "NOT_COVERED", previewing("employee", "2025-06-16"), ("care", "admittedOn"), {"on": "2025-06-16"}
    ),
    "care while waiting": Met(
        "IN_WAITING_PERIOD", previewing("mother-gap", "2025-02-10", paid=True), ("care", "admittedOn"),
        {"on": "2025-02-10", "waitingUntil": "2025-03-16"}, "waiting_period.applies_to",
    ),
    "care while months are in arrears": Met(
        "IN_ARREARS", previewing_in_arrears, ("care", "admittedOn"), {"month": 202412, "months": 1},
        "employee_benefit.suspended_in_arrears",
    ),
    "care at a hospital that is not designated": Met(
        "INSTITUTION_NOT_DESIGNATED", previewing("synthetic-employee", "2024-12-10", designated=False),
        ("care", "designated"), basis="resident_benefit.designated_only",
    ),
    "settling for whom the platform does not hold under that name": Met(
        "PERSON_NOT_FOUND", settling(name="何未参"), ("idNumber",)
    ),
    "settling what the catalogue does not list": Met(
        "ITEM_NOT_IN_CATALOGUE", settling(costs=[{"item": "X9999", "amount": "9.00"}]), ("costs", "0", "item"),
        {"item": "X9999"},
    ),
    "settling less than nothing": Met(
        "INPUT_NOT_ACCEPTABLE", settling(costs=[{"item": "S0004", "amount": "-9.00"}]), ("costs",),
        {"field": "costs", "problem": "COST"},
    ),
    "settling a stay that ended before it began": Met(
        "INPUT_NOT_ACCEPTABLE", settling(dischargedOn="2024-12-01"), ("dischargedOn",),
        {"field": "dischargedOn", "problem": "BEFORE_ADMISSION"},
    ),
    "settling an invoice again": Met("INVOICE_ALREADY_SETTLED", settling({}), ("invoice",)),
    "settling a stay during another": Met(
        "STAYS_OVERLAP", settling({}, invoice="R-3", admittedOn="2024-12-08", dischargedOn="2024-12-10"),
        ("admittedOn",), {"admittedOn": "2024-12-02", "dischargedOn": "2024-12-09"},
    ),
    "settling more than a year after discharge": Met(
        "CLAIM_TOO_OLD", settling(admittedOn="2023-12-01", dischargedOn="2023-12-09"), ("dischargedOn",),
        {"lastDay": "2024-12-08"}, "claim.filing_limit_days",
    ),
    "settling at a hospital whose agreement has ended": Met(
        "INSTITUTION_NOT_DESIGNATED", settling(change="UPDATE institutions SET designated_until = '2024-12-08'"),
        ("admittedOn",),
    ),
    "reversing what another institution has settled, or nobody": Met(
        "CLAIM_NOT_FOUND", sending(REVERSE, "hospital-synthetic", claimId="clm_849999999999999999"), ("claimId",)
    ),
    "reversing a claim twice": Met(
        "CLAIM_ALREADY_REVERSED", reversing_twice, ("claimId",), {"reversedAt": "2024-12-16T09:00:00+08:00"}
    ),
    "care for a disease that is not recognised": Met(
        "NOT_ENTITLED_TO_CARE", previewing("synthetic-employee", "2024-12-10", kind="CHRONIC_DISEASE"),
        ("care", "conditions"), {"care": "CHRONIC_DISEASE"}, "resident_benefit.care_kinds",
    ),
    "care discharged before it was admitted": Met(
        "INPUT_NOT_ACCEPTABLE", previewing("synthetic-employee", "2024-12-10", dischargedOn="2024-12-09"),
        ("care", "dischargedOn"), {"field": "dischargedOn", "problem": "BEFORE_ADMISSION"},
    ),
    "care that costs less than nothing": Met(
        "INPUT_NOT_ACCEPTABLE",
        previewing("synthetic-employee", "2024-12-10", costs=[{"costClass": "A", "amount": "-1.00"}]),
        ("care", "costs"), {"field": "costs", "problem": "COST"},
    ),
    "care of class B where no document states its first share": Met(
        "POLICY_NOT_STATED",
        previewing("employee", "2025-06-16", paid=True, costs=[{"costClass": "B", "amount": "100.00"}]), (),
        {"name": "resident_benefit.first_share_of_class_b", "region": "520402", "on": "2025-06-16",
         "coverageYear": 2025},
    ),
    "care of an employee where no document states it": Met(
        "POLICY_NOT_STATED", previewing_for_oneself, (),
        {"name": "employee_benefit.care_kinds", "region": "520402", "on": "2025-06-16", "coverageYear": None},
    ),
    "enrolling a student who is asked for the certificate": Met(
        "CERTIFICATE_REQUIRED", enrolling_a_student_who_is_asked_for_the_certificate, ("personId",),
        {"region": "341802"}, "enrolment.e_certificate_may_be_demanded",
    ),
    "resuming while a suspension elsewhere is on its way": Met(
        "SUSPENSION_NOT_YET_SEEN", resuming_while_a_suspension_elsewhere_is_on_its_way, ("enrolmentId",),
        {"region": "341802"}, "record_visibility.suspension_delay_most_minutes", retryable=True,
    ),
    "one payee more than may be": Met(
        "TOO_MANY_PAYEES", adding_one_more_than_may_be, (), {"most": 20}, "payee.most_payees"
    ),
    "signing in with somebody else's face": Met(
        "FACE_CHECK_FAILED", signing_in("employee-11", face="persona:employee"), ("face",),
        {"failure": "WRONG_PERSON"},
    ),
    "guessing a face": Met(
        "SIGN_IN_LOCKED", guessing_a_face, (), {"most": 5, "until": "2024-12-16T09:30:00+08:00"},
        "identity.most_failed_sign_ins",
    ),
    "asking for full values too often": Met(
        "TOO_MANY_REVEALS", revealing_too_often, (), {"most": 30}, "identity.most_reveals_an_hour", retryable=True
    ),
    "guessing a name": Met("TOO_MANY_ATTEMPTS", guessing, (), {"most": 10}, "identity.most_mismatches_a_day"),
    "cancelling a unit that owes": Met(
        "UNIT_OWES_BILLS", cancelling_who_owes, ("unitId",), {"bills": 1, "due": "552.50"},
    ),
    "one binding more than may be": Met(
        "TOO_MANY_BINDINGS", binding_one_more_than_may_be, (), {"most": 20}, "binding.most_members"
    ),
    "paying while another payment is on its way": Met("PAYMENT_IN_PROGRESS", starting_twice, ("contributionId",)),
    "paying through a channel that the place does not offer": Met(
        "CHANNEL_NOT_OFFERED", submitting("employee", channel="WANSHITONG"), ("channel",),
        {"channel": "WANSHITONG", "region": "520402", "offered": [
            "PERSONAL_ACCOUNT", "TAX_SYSTEM", "WECHAT", "ALIPAY", "BANK_BATCH", "COUNTER"
        ]},
        basis="payment_channel.channels",
    ),
    "paying before the registration has reached the tax bureau": Met(
        "NOT_YET_AT_TAX_BUREAU", submitting("mother-just-registered", channel="WECHAT"), ("personId",),
        {"visibleAt": "2024-12-16T21:00:00+08:00"},
    ),
    "transferring without being insured": Met("NOT_ENROLLED_AS_EMPLOYEE", transferring_to_nothing),
    "transferring from where one never was": Met(
        "NOTHING_TO_TRANSFER", transferring("340100"), ("fromRegion",), {"region": "340100"}
    ),
    "transferring from where one is insured still": Met(
        "STILL_ENROLLED_THERE", transferring("440305", instead="active_until = NULL"), ("fromRegion",),
        {"region": "440300"},
    ),
    "transferring while a transfer is under way": Met("TRANSFER_UNDER_WAY", transferring("440300", "510900")),
    "transferring while the other provinces are silent": Met(
        "PARTY_DOES_NOT_ANSWER", with_silence(transferring("440300"), provinces=True), (),
        {"party": "OTHER_PROVINCES"}, retryable=True,
    ),
    "withdrawing a transfer of somebody else": Met(
        "TRANSFER_NOT_FOUND", sending(WITHDRAW_TRANSFER, "employee", transferId="trf_520000000000000001"),
        ("transferId",),
    ),
    "withdrawing a transfer that is withdrawn": Met(
        "TRANSFER_NOT_WITHDRAWABLE", withdrawing_twice, ("transferId",), {"status": "WITHDRAWN"}
    ),
    "checking a payment of somebody else": Met(
        "PAYMENT_ORDER_NOT_FOUND", sending(CHECK, "employee", orderId="pmt_520000000000000001"), ("orderId",)
    ),
    "giving up a payment whose channel may still answer": Met(
        "PAYMENT_NOT_VOIDABLE", voiding_early, ("orderId",),
        {"status": "SENT", "voidableAt": "2024-12-16T09:30:00+08:00"},
        basis="payment_channel.voidable_after_minutes",
    ),
    "before the window": Met(
        "COLLECTION_WINDOW_NOT_OPEN", on(submitting("synthetic-employee", coverageYear=2026), days=60),
        ("coverageYear",), {"opensOn": "2025-09-01"}, "collection_window.window",
    ),
    "so late that the wait outlasts the year": Met(
        "COVERAGE_YEAR_TOO_SHORT", on(submitting("employee"), days=320), ("coverageYear",),
        {"waitingUntil": "2026-01-30", "yearEndsOn": "2025-12-31"}, "coverage.wait_beyond_year",
    ),
    "refunding after cover has begun": Met(
        "COVER_HAS_BEGUN", refunding_after_cover_has_begun, ("contributionId",), {"coverageFrom": "2025-01-01"},
        "refund.refused_once_cover_begins",
    ),
    "refunding what assistance bore": Met(
        "NOTHING_TO_REFUND",
        on(refunding("employee", meanwhile="amount_fen = 0", afterwards="amount_fen = 40000"), days=1),
        ("contributionId",),
    ),
    "refunding while the other provinces are silent": Met(
        "PARTY_DOES_NOT_ANSWER", refunding_in_silence, (), {"party": "OTHER_PROVINCES"}, retryable=True,
    ),
    "after a window without a later price": Met(
        "COLLECTION_WINDOW_CLOSED", after_a_window_without_a_later_price, ("coverageYear",),
        {"closedOn": "2025-02-28"}, "collection_window.window",
    ),
    "while the month is reconciled": Met(
        "COLLECTION_PAUSED", on(submitting("two-grades"), days=41), (), {"reopensOn": "2025-02-01"},
        "collection_window.last_open_day_of_month",
    ),
    "when the document has lapsed": Met(
        "POLICY_NOT_STATED", on(submitting("employee"), days=400), (),
        {"name": "collection_window.window", "region": "520402", "on": "2026-01-20", "coverageYear": 2025},
    ),
}  # fmt: skip


async def check(met: Met, world: OpenedWorld) -> None:
    payload = await met.meeting(world)
    zh, en = payload.pop("zh"), payload.pop("en")
    assert zh
    assert en
    assert zh != en
    assert any("一" <= character <= "鿿" for character in zh)
    basis = payload.pop("basis")
    named = ("binding", "consent", "contribution", "refund", "payee", "unit", "enrolment", "transfer")
    links = {name: payload.pop(name) for name in named if name in payload}
    assert payload == {
        "__typename": "".join(word.capitalize() for word in met.code.split("_")),
        "code": met.code,
        "path": list(met.path),
        "retryable": met.retryable,
        **met.facts,
    }
    assert (basis and basis["name"]) == met.basis
    if basis is not None:
        source = basis["source"]
        assert source["document"] if source["kind"] == "DOCUMENT" else source["assumption"]
    for link in links.values():
        assert link["id"]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("met", MET.values(), ids=MET)
async def test_it_is_told(met: Met, shared: OpenedWorld) -> None:
    await check(met, shared)


@pytest.mark.parametrize("met", MET_IN_A_WORLD_OF_ITS_OWN.values(), ids=MET_IN_A_WORLD_OF_ITS_OWN)
async def test_it_is_told_in_a_world_of_its_own(met: Met, opened: OpenedWorld) -> None:
    await check(met, opened)


def test_every_refusal_is_met() -> None:
    assert {met.code for met in [*MET.values(), *MET_IN_A_WORLD_OF_ITS_OWN.values()]} == {
        code.name for code in RefusalCode
    }


async def test_a_silent_party_is_asked_again_under_the_same_key(opened: OpenedWorld) -> None:
    given = opened.member("employee", idempotencyKey="one-key-for-both")
    silent = with_silence(sending(BIND, "employee", **given), registry=True)
    before = await opened.written()
    assert (await silent(opened))["retryable"] is True
    assert await opened.written() == before
    assert (await opened.mutate(BIND, "employee", **given))["__typename"] == "FamilyMemberBound"
    assert (await silent(opened))["__typename"] == "FamilyMemberBound"


async def a_dead_uncle(world: OpenedWorld) -> dict[str, Any]:
    return await world.mutate(BIND, "employee", **world.member("mother-deceased", relation="OTHER"))


async def poor_and_too_late(world: OpenedWorld) -> dict[str, Any]:
    """Submitted by the poor; paid by another meanwhile."""
    contribution = await world.submitted("poor-employee")
    await world.paid("employee", await world.bound("employee", "poor-employee"))
    return await world.mutate(PAY, "poor-employee", contributionId=contribution)


async def early_without_an_account(world: OpenedWorld) -> dict[str, Any]:
    holder = world.guide["synthetic-employee"].person_id
    await world.close_account(holder)
    return await on(submitting("synthetic-employee", coverageYear=2026), days=60)(world)


PRECEDENCE = {
    "not signed in, before a key that is too short": ("NotSignedIn", binding(None, idempotencyKey="short")),
    "not signed in, before too many orders": (
        "NotSignedIn", sending(PAY_TOGETHER, None, orders=[{"contributionId": "con_1"}] * 101),
    ),
    "no pledge, before a relation that is not covered": (
        "PledgeNotAccepted", binding("uncle", pledgeAccepted=False),
    ),
    "a wrong number, before no pledge": (
        "InputNotAcceptable", binding("uncle", pledgeAccepted=False, idNumber="240102195603150021"),
    ),
    "a wrong name, before a relation that is not covered": (
        "IdentityMismatch", binding("uncle", name="某某"),
    ),
    "a death, before a relation that is not covered": ("PersonDeceased", a_dead_uncle),
    "another kinship, before bound already": (
        "RelationMismatch", binding("already-bound", relation="SPOUSE"),
    ),
    "bound already, before a silent register": (
        "AlreadyBound", with_silence(binding("already-bound"), registry=True),
    ),
    "not the payer, before a silent query": (
        "NotThePayer", with_silence(submitting("employee", bound=False), provinces=True),
    ),
    "not enrolled, before no account": ("NotEnrolled", submitting("no-account", "mother-not-enrolled")),
    "paid by another, before policy not stated": (
        "PaidByAnother", on(submitting("mother-already-paid"), days=400),
    ),
    "enrolled elsewhere, before another amount": (
        "EnrolledElsewhere", submitting("mother-employed-elsewhere", expectedAmount="1.00"),
    ),
    "the special entrance, before policy not stated": ("SpecialPaymentRequired", submitting("mother-special-group")),
    "the window, before no account": ("CollectionWindowNotOpen", early_without_an_account),
    "no account, before another amount": ("NoPersonalAccount", submitting("no-account", expectedAmount="1.00")),
    "a frozen account, before another amount": ("AccountFrozen", paying("frozen-employee", expectedAmount="1.00")),
    "another amount, before too little": ("AmountChanged", paying("poor-employee", expectedAmount="1.00")),
    "paid by another, before too little": ("PaidByAnother", poor_and_too_late),
}  # fmt: skip


@pytest.mark.parametrize(("told", "meeting"), PRECEDENCE.values(), ids=PRECEDENCE)
@pytest.mark.sqlite
async def test_of_two_the_first_is_told(told: str, meeting: Meeting, on_sqlite: OpenedWorld) -> None:
    """Decisions know no engine: one of them is enough."""
    assert (await meeting(on_sqlite))["__typename"] == told
