"""A small world that is open, and people who ask it through the API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import apsw
import asyncpg
from graphql import GraphQLSchema, GraphQLUnionType, build_schema, get_named_type, is_leaf_type

import resolvers.graphiql
import schema
from domain.operations.upload_material import Upload, upload_material
from domain.policy import PolicyBook
from domain.store.engine import STATEMENT_SECONDS, open_database
from domain.store.statements import EngineKind
from domain.vocabulary import (
    ANONYMOUS,
    NATION,
    Id,
    MaterialMedia,
    Prefix,
    RegionCode,
    Relation,
    Role,
    Viewer,
    api_id,
)
from resolvers.graphql import WorldService
from resolvers.plan.executor import Executor
from resolvers.service import Answer, GraphQLRequest, ResponseStream
from resolvers.world import open_world
from simulator.identity import credit_code
from simulator.outside import outside
from simulator.personas import PersonaGuide, persona_guide

SHIPPED = Path(resolvers.graphiql.__file__).parent / "operations"
CONTRACT: GraphQLSchema = build_schema((Path(schema.__file__).parent / "schema.graphql").read_text("utf-8"))

JOURNEY_TABLES = {
    "persons": "id",
    "enrolments": "id",
    "outside_enrolments": "id_number, region_code",
    "family_bindings": "id",
    "payees": "id",
    "client_grants": "client_id, data_type, region_code",
    "consents": "id",
    "resident_contributions": "id",
    "personal_accounts": "id",
    "enrolment_transfers": "id",
    "transferred_periods": "transfer_id, position",
    "filings": "id",
    "filing_materials": "filing_id, number",
    "materials": "id",
    "person_changes": "id",
    "account_entries": "id",
    "receipts": "id",
    "employee_bills": "id",
    "employee_contributions": "id",
    "payment_orders": "id",
    "payment_order_lines": "order_id, contribution_id",
    "payment_order_bills": "order_id",
    "timers": "id",
    "refunds": "id",
    "account_withdrawals": "id",
    "claims": "id",
    "claim_costs": "claim_id, position",
    "claim_entries": "claim_id, posting, payer",
    "payment_certificates": "id",
    "units": "id",
    "personas": "id",
    "events": "position",
    "answers": "actor_id, mutation, key",
}
"""What the journey may write, each with the order that its rows are read in."""


REVERSED = {
    Relation.PARENT: Relation.CHILD,
    Relation.CHILD: Relation.PARENT,
    Relation.SPOUSE: Relation.SPOUSE,
    Relation.SIBLING: Relation.SIBLING,
    Relation.OTHER: Relation.OTHER,
    Relation.PATERNAL_GRANDCHILD: Relation.PATERNAL_GRANDPARENT,
}
"""What somebody is to a relative, by what the relative is to them."""


def shipped(name: str) -> str:
    """An operation as GraphiQL offers it, by the name of its file."""
    return (SHIPPED / f"{name}.graphql").read_text("utf-8")


def telling(result: str, outcome: str = "") -> str:
    """A selection of a result union: `outcome`, and everything that its refusals say."""
    union = CONTRACT.type_map[result]
    assert isinstance(union, GraphQLUnionType)
    common = set(CONTRACT.type_map["Refusal"].fields)  # type: ignore[attr-defined]
    facts = []
    for member in union.types:
        if any(interface.name == "Refusal" for interface in member.interfaces):
            own = [
                name if is_leaf_type(get_named_type(found.type)) else f"{name} {{ id }}"
                for name, found in member.fields.items()
                if name not in common
            ]
            facts += [f"... on {member.name} {{ {' '.join(own)} }}"] if own else []
    return (
        f"__typename {outcome} ... on Refusal {{ code zh: message(language: ZH) en: message(language: EN) path"
        f" retryable basis {{ name source {{ kind document assumption }} }} }} {' '.join(facts)}"
    )


def mutation_telling(name: str, outcome: str = "") -> str:
    """A mutation of one `input`, with everything that its refusals say."""
    mutation = CONTRACT.mutation_type
    assert mutation is not None
    definition = mutation.fields[name]
    argument = definition.args["input"]
    selection = telling(get_named_type(definition.type).name, outcome)
    return f"mutation M($input: {argument.type}) {{ {name}(input: $input) {{ {selection} }} }}"


SIGN_IN = mutation_telling("signInAsPersona", "... on SignedIn { token persona { name } person { id } }")
REAL_NAME = mutation_telling(
    "signInWithRealName", "... on SignedInWithRealName { token expiresAt person { id idNumber realNameVerifiedAt } }"
)
ADVANCE_CLOCK = mutation_telling(
    "advanceClock",
    "... on ClockAdvanced { advance { fromAt toAt reachedAt isOver timers happened { type count } }"
    " world { now clockRate advancingTo } }",
)
ADD_FAULT = mutation_telling(
    "addFault",
    "... on FaultAdded { fault { id party kind operation channel person { id } region perMille beginsAt endsAt"
    " delayLeastSeconds delayMostSeconds delayShape refusal sinceHour untilHour abovePerMinute calls hits addedAt } }",
)
REMOVE_FAULT = mutation_telling("removeFault", "... on FaultRemoved { faultId }")
_SHELVED = "world { name address isDefault persons fingerprint forkedFrom now bytes snapshots { name takenAt bytes } }"
CREATE_WORLD = mutation_telling("createWorld", f"... on WorldCreated {{ {_SHELVED} }}")
FORK_WORLD = mutation_telling("forkWorld", f"... on WorldForked {{ {_SHELVED} }}")
SNAPSHOT_WORLD = mutation_telling("snapshotWorld", f"... on WorldSnapshotTaken {{ {_SHELVED} }}")
RESET_WORLD = mutation_telling("resetWorld", f"... on WorldReset {{ {_SHELVED} }}")
DROP_WORLD = mutation_telling("dropWorld", "... on WorldDropped { name }")
QUOTE = (
    "query Q($person: ID!, $year: Int!) { contributionQuote(personId: $person, coverageYear: $year) {"
    f" {telling('ContributionQuoteResult', '... on ContributionQuote { amount kind waitingDays coverageFrom }')} }} }}"
)
PREVIEW = (
    "query P($person: ID!, $care: CareInput!, $on: Date) { claimPreview(personId: $person, care: $care, on: $on) {"
    + telling(
        "ClaimPreviewResult",
        "... on ClaimPreview { scheme region on conditions treated supposed recordSupposed"
        " cost eligible firstShare excluded pooled criticalIllness assistance"
        " assistanceAtMost account cash caps { kind limit paid left }"
        " steps { position parent rule amountIn amountOut before limit share sentence en: sentence(language: EN)"
        " facts { name source { kind document paragraph quote } } } }",
    )
    + " } }"
)
BIND = mutation_telling("bindFamilyMember", "... on FamilyMemberBound { binding { id relation member { id } } }")
UNBIND = mutation_telling("unbindFamilyMember", "... on FamilyMemberUnbound { binding { id status } }")
VERIFY = mutation_telling("verifyIdentity", "... on IdentityVerified { person { id realNameVerifiedAt } }")
REVEAL = mutation_telling("revealIdentity", "... on IdentityRevealed { name idNumber phone person { id name } }")
ADD_PAYEE = mutation_telling(
    "addPayee", "... on PayeeAdded { payee { id personId name idType idNumber addedAt removedAt } }"
)
REMOVE_PAYEE = mutation_telling("removePayee", "... on PayeeRemoved { payee { id removedAt } }")
_CONSENT = "consent { id clientId dataType givenAt endedAt person { id } }"
CONSENT = mutation_telling("consentToPartner", f"... on ConsentGiven {{ {_CONSENT} }}")
WITHDRAW_CONSENT = mutation_telling("withdrawConsent", f"... on ConsentWithdrawn {{ {_CONSENT} }}")
_WEBHOOK = "webhook { id status }"
REGISTER_WEBHOOK = mutation_telling("registerWebhook", f"... on WebhookRegistered {{ {_WEBHOOK} }}")
PAUSE_WEBHOOK = mutation_telling("pauseWebhook", f"... on WebhookPaused {{ {_WEBHOOK} }}")
RESUME_WEBHOOK = mutation_telling("resumeWebhook", f"... on WebhookResumed {{ {_WEBHOOK} }}")
REDELIVER_EVENT = mutation_telling("redeliverEvent", f"... on EventRedelivered {{ {_WEBHOOK} }}")
TEST_WEBHOOK = mutation_telling("testWebhook", f"... on WebhookTested {{ {_WEBHOOK} }}")
SUBMIT = mutation_telling(
    "submitResidentContribution", "... on ResidentContributionSubmitted { contribution { id status amount } }"
)
PAY = mutation_telling(
    "payResidentContribution",
    "... on ResidentContributionPaid { contribution { id status amount } account { id balance } entry { id amount } }",
)
FINISH = mutation_telling(
    "finishResidentContribution",
    "... on ResidentContributionFinished { contribution { id status } receipt { id number } }",
)
START = mutation_telling("startPayment", "... on PaymentStarted { order { id status } }")
REFUND = mutation_telling(
    "requestContributionRefund",
    "... on ContributionRefundRequested { refund { id status reason amount channel requestedAt sentAt completedAt"
    " contribution { id status } entry { id kind amount balance } } }",
)
CERTIFY = mutation_telling(
    "issuePaymentCertificate",
    "... on PaymentCertificateIssued { certificate {"
    " id number verificationUrl firstYear lastYear issuedAt person { id } } }",
)
_ORDER = (
    "order { id status channel amount failure"
    " contributions { edges { node { id status coverageFrom receipt { number kind } } } } }"
)
START = mutation_telling("startPayment", f"... on PaymentStarted {{ {_ORDER} }}")
CHECK = mutation_telling("checkPayment", f"... on PaymentChecked {{ {_ORDER} }}")
VOID = mutation_telling("voidPayment", f"... on PaymentVoided {{ {_ORDER} }}")
_ENROLMENT = (
    "enrolment { id status personType startedOn endedOn visibleToTaxAt suspensionVisibleAt region { code }"
    " person { id } unit { id } }"
)
REGISTER = mutation_telling("registerResidentEnrolment", f"... on ResidentEnrolmentRegistered {{ {_ENROLMENT} }}")
ACTIVATE = mutation_telling(
    "activateElectronicCertificate",
    "... on ElectronicCertificateActivated { person { id electronicCertificateAt } }",
)
SUSPEND_ELSEWHERE = mutation_telling(
    "suspendEnrolmentElsewhere", "... on EnrolmentElsewhereSuspended { person { id } region visibleAt }"
)
SUSPEND = mutation_telling("suspendEnrolment", f"... on EnrolmentSuspended {{ {_ENROLMENT} }}")
RESUME = mutation_telling("resumeEnrolment", f"... on EnrolmentResumed {{ {_ENROLMENT} }}")
TERMINATE = mutation_telling("terminateEnrolment", f"... on EnrolmentTerminated {{ {_ENROLMENT} }}")
DECLARE = mutation_telling(
    "declareWages",
    "... on WagesDeclared { bill { id kind month persons status unitShare personalShare maternityShare total dueOn"
    " unit { id } } lines { personId outcome contribution { id wage base unitShare personalShare maternityShare"
    " accountCredit } } }",
)
CORRECT = mutation_telling(
    "correctWages",
    "... on WagesCorrected { bill { id kind month persons status unitShare personalShare maternityShare total dueOn }"
    " lines { personId outcome contribution { id wage base unitShare personalShare maternityShare accountCredit } } }",
)
DECLARE_OWN = mutation_telling(
    "declareOwnMonths",
    "... on OwnMonthsDeclared { bill { id kind month months persons status personalShare total dueOn person { id }"
    " contributions { edges { node { month base personalShare accountCredit } } } } }",
)
LUMP_SUM = mutation_telling(
    "declareLumpSum",
    "... on LumpSumDeclared { bill { id kind months persons status personalShare total dueOn person { id } } }",
)
RETIRE = mutation_telling("retire", "... on Retired { enrolment { id personType status } }")
PAY_BILL = mutation_telling(
    "payEmployeeBill",
    "... on EmployeeBillPaymentStarted { bill { id status lateFee } order { id status channel amount unit { id }"
    " bill { id } } }",
)
WITHDRAW = mutation_telling(
    "withdrawAccount",
    "... on AccountWithdrawn { withdrawal { id reason amount cardLastFour withdrawnAt payableBy"
    " account { id status balance } entry { id kind amount balance } applicant { id } person { id } } }",
)
_CLAIM = (
    "claim { id status care year cost eligible pooled criticalIllness assistance account cash"
    " costs { item costClass amount } entries { posting kind payer amount } institution { id } person { id } }"
)
SETTLE = mutation_telling("settleClaim", f"... on ClaimSettled {{ readjudicated {_CLAIM} }}")
REVERSE = mutation_telling("reverseClaim", f"... on ClaimReversed {{ readjudicated {_CLAIM} }}")
PRE_SETTLE = mutation_telling(
    "preSettleClaim",
    "... on ClaimPreSettled { scheme year cost eligible pooled criticalIllness assistance account cash readjudicated"
    " steps { rule amountOut limit sentence } }",
)
_UNIT = "unit { id name kind status creditCode registeredOn region { code } }"
REGISTER_UNIT = mutation_telling("registerUnit", f"... on UnitRegistered {{ {_UNIT} officer {{ name role }} }}")
CHANGE_UNIT = mutation_telling("changeUnit", f"... on UnitChanged {{ {_UNIT} movedEnrolments }}")
SUSPEND_UNIT = mutation_telling("suspendUnit", f"... on UnitSuspended {{ {_UNIT} }}")
RESUME_UNIT = mutation_telling("resumeUnit", f"... on UnitResumed {{ {_UNIT} }}")
CANCEL_UNIT = mutation_telling("cancelUnit", f"... on UnitCancelled {{ {_UNIT} }}")
COLLECT = mutation_telling(
    "collectResidentContributions",
    "... on CollectionStarted { order { id status channel amount unit { id } contributions { totalCount } } lines { "
    + telling("CollectionLineResult", "... on LineAccepted { contribution { id status amount channel } }")
    + " } }",
)
_TRANSFER = (
    "transfer { id status fromRegion appliedAt acceptedOn formDueOn dueOn calendar overdue formReceivedAt"
    " periods { firstMonth lastMonth } months balance completedAt monthsCarried withdrawnAt"
    " enrolment { monthsCarried } }"
)
_MEMBER = "enrolment { id scheme status personType startedOn endedOn suspensionVisibleAt region { code } unit { id } }"
ADD_MEMBERS = mutation_telling(
    "addUnitMembers",
    "... on UnitMembersAdded { lines { " + telling("AddedLineResult", f"... on MemberAdded {{ {_MEMBER} }}") + " } }",
)
STOP_MEMBERS = mutation_telling(
    "stopUnitMembers",
    "... on UnitMembersStopped { lines { "
    + telling("StoppedLineResult", f"... on MemberStopped {{ {_MEMBER} }}")
    + " } }",
)
REGISTER_FLEXIBLE = mutation_telling("registerFlexibleWorker", f"... on FlexibleWorkerRegistered {{ {_MEMBER} }}")
APPLY_FOR_TRANSFER = mutation_telling("applyForTransfer", f"... on TransferApplied {{ {_TRANSFER} }}")
WITHDRAW_TRANSFER = mutation_telling("withdrawTransfer", f"... on TransferWithdrawn {{ {_TRANSFER} }}")
PAY_TOGETHER = mutation_telling(
    "payResidentContributions",
    "... on ResidentContributionsAnswered { results { "
    + telling("PayResidentContributionResult", "... on ResidentContributionPaid { contribution { id amount } }")
    + " } }",
)


@dataclass(slots=True)
class MachineTime:
    """A machine's clock that stands still until it is set."""

    seconds: float = 1_750_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def forward(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> None:
        """So much later, earlier for a negative span."""
        self.seconds += days * 86_400 + hours * 3_600 + seconds


@dataclass(slots=True)
class OpenedWorld:
    """One world of one engine behind its service, its machine's clock, and a way to look at the rows beside it."""

    url: str
    service: WorldService
    machine: MachineTime
    guide: Mapping[str, PersonaGuide]
    _keys: count[int] = field(default_factory=lambda: count(1))
    _viewers: dict[str, Viewer] = field(default_factory=dict)
    _plain: asyncpg.Connection[Any] | apsw.Connection | None = None
    _using: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def kind(self) -> EngineKind:
        return self.service.world.database.kind

    def new_key(self) -> str:
        """An idempotency key that nobody has used."""
        return f"a-new-key-{next(self._keys)}"

    async def upload(self, persona: str, content: bytes = b"%PDF-1.7 of a document") -> str:
        """The id of a file that the persona has uploaded."""
        world, viewer = self.service.world, await self.viewer(persona)
        hospital = viewer.role is Role.HOSPITAL
        person, institution = (None, viewer.institution_id) if hospital else (viewer.person_id, None)
        await world.ids.reserve(1)
        async with world.database.write() as connection:
            upload = Upload(person, institution, MaterialMedia.PDF, sha256(content).hexdigest(), content)
            found = await upload_material(connection, upload, world.setting(world.clock.now()))
        assert found is not None
        return api_id(Prefix.MATERIAL, found)

    async def sign_in(self, persona: str) -> str:
        """A token for a persona, as GraphiQL gets it."""
        given = {"input": {"idempotencyKey": self.new_key(), "persona": persona}}
        token: str = (await self.data(shipped("page/sign-in"), given))["signIn"]["token"]
        return token

    async def viewer(self, persona: str | None) -> Viewer:
        """Who the persona's token speaks for."""
        if persona is None:
            return ANONYMOUS
        if persona not in self._viewers:
            viewer = self.service.authenticate(f"Bearer {await self.sign_in(persona)}")
            assert isinstance(viewer, Viewer)
            self._viewers[persona] = viewer
        return self._viewers[persona]

    async def enter(
        self, name: str, role: Role, client_id: int, *grants: tuple[str, str], institution: int = 0
    ) -> Viewer:
        """An app or institution, which asks under a name from now on; what it is granted: types, each of a province."""
        self._viewers[name] = Viewer(role, Id(0), NATION, name, client_id=Id(client_id), institution_id=Id(institution))
        await self.change(
            "INSERT INTO clients (id, name, role, secret_digest, scopes, created_at, secret_drawn_at)"
            f" VALUES ({client_id}, 'app-{client_id}', '{role.name}', '', 'read', 0, 0) ON CONFLICT DO NOTHING"
        )
        for data_type, region in grants:
            await self.change(
                "INSERT INTO client_grants (client_id, data_type, region_code, granted_at)"
                f" VALUES ({client_id}, '{data_type}', '{region}', 0) ON CONFLICT DO NOTHING"
            )
        return self._viewers[name]

    def let_ask(self, name: str, person: str) -> None:
        """A person, by API id, who asks as a citizen under a name from now on."""
        self._viewers[name] = Viewer(Role.CITIZEN, Id(int(person[4:])), NATION, name)

    async def consents(self, persona: str, client_id: int, data_type: str) -> str:
        """The id of a consent that the persona gives."""
        payload = await self.mutate(CONSENT, persona, clientId=f"cli_{client_id}", dataType=data_type)
        assert payload["__typename"] == "ConsentGiven", payload
        consent: str = payload["consent"]["id"]
        return consent

    async def answer(
        self, document: str, variables: Mapping[str, Any] | None = None, persona: str | None = None
    ) -> Answer:
        """The answer to a query or mutation."""
        asked = GraphQLRequest(document, variables or {})
        answer = await self.service.answer(asked, await self.viewer(persona), "the-request")
        assert isinstance(answer, Answer)
        return answer

    async def ask(
        self, document: str, variables: Mapping[str, Any] | None = None, persona: str | None = None
    ) -> dict[str, Any]:
        """The whole response as JSON."""
        response: dict[str, Any] = json.loads((await self.answer(document, variables, persona)).body)
        return response

    async def data(self, document: str, variables: Mapping[str, Any] | None = None, persona: str | None = None) -> Any:
        """The data of a response that must have no errors."""
        response = await self.ask(document, variables, persona)
        assert "errors" not in response, response
        return response["data"]

    async def stream(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        persona: str | None = None,
        last_event_id: str | None = None,
    ) -> ResponseStream:
        """The responses of a subscription."""
        asked = GraphQLRequest(document, variables or {}, last_event_id=last_event_id)
        stream = await self.service.answer(asked, await self.viewer(persona), "the-stream")
        assert not isinstance(stream, Answer), stream.body
        return stream

    async def mutate(self, document: str, persona: str | None, /, **given: Any) -> dict[str, Any]:
        """The payload of a mutation of one `input`, under a new key unless one is given."""
        data = await self.data(document, {"input": {"idempotencyKey": self.new_key(), **given}}, persona)
        [payload] = data.values()
        assert isinstance(payload, dict)
        return payload

    async def quote(self, persona: str | None, person: str, year: int = 2025) -> dict[str, Any]:
        """What paying for a person would cost, or why it is refused."""
        data = await self.data(QUOTE, {"person": person, "year": year}, persona)
        quote: dict[str, Any] = data["contributionQuote"]
        return quote

    async def preview(
        self, persona: str | None, person: str, day: str, *, on: str | None = None, **care: Any
    ) -> dict[str, Any]:
        """What care would cost: a stay of 20,000 yuan on one day at level 2 unless told otherwise."""
        stay = {"kind": "INPATIENT", "tier": "LEVEL_2", "costs": [{"costClass": "A", "amount": "20000.00"}]}
        given = {"person": person, "care": {**stay, "admittedOn": day, **care}, "on": on}
        data = await self.data(PREVIEW, given, persona)
        preview: dict[str, Any] = data["claimPreview"]
        return preview

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of plain SQL, over a connection of our own.

        On SQLite through the library that the world is open with: a second one in this process would not see the
        first one's locks, and would take away its log.
        """
        if self.kind is EngineKind.SQLITE:
            if self._plain is None:
                self._plain = apsw.Connection(urlsplit(self.url).path)
            assert isinstance(self._plain, apsw.Connection)
            return self._plain.execute(sql).fetchall()
        async with self._using:
            return [tuple(row) for row in await (await self._beside()).fetch(sql)]

    async def _beside(self) -> asyncpg.Connection[Any]:
        """A connection to PostgreSQL beside the world's own."""
        assert not isinstance(self._plain, apsw.Connection)
        if self._plain is None or self._plain.is_closed():
            self._plain = await asyncpg.connect(self.url)
        return self._plain

    def _change_sqlite(self, sql: str) -> None:
        with closing(apsw.Connection(urlsplit(self.url).path)) as plain:
            plain.set_busy_timeout(10_000)
            plain.execute(sql)

    async def change(self, sql: str) -> None:
        """Plain SQL that changes rows, committed."""
        if self.kind is EngineKind.SQLITE:
            # Beside the loop, where whoever is writing goes on and ends.
            await asyncio.to_thread(self._change_sqlite, sql)
            return
        async with self._using:
            await (await self._beside()).execute(sql)

    async def written(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row that the journey may write: equal before and after where nothing was written."""
        return {
            table: await self.rows(f"SELECT * FROM {table} ORDER BY {order}") for table, order in JOURNEY_TABLES.items()
        }

    async def insured_elsewhere(self, persona: str, scheme: str) -> None:
        """From the day before the world began, another province holds an enrolment of the persona's relative."""
        relative = self.guide[persona].relative
        assert relative is not None
        await self.change(
            "INSERT INTO outside_enrolments (id_number, region_code, scheme, active_from, active_until)"
            f" VALUES ('{relative.id_number}', '440300', '{scheme}', '2024-12-15', NULL)"
        )

    async def left_employment(self, persona: str) -> None:
        """The persona's enrolment in the employee scheme ended with the first of the month."""
        await self.change(
            "UPDATE enrolments SET status = 'TERMINATED', ended_on = '2024-12-01' WHERE scheme = 'EMPLOYEE'"
            f" AND person_id = {self.guide[persona].person_id}"
        )

    async def close_account(self, person_id: int) -> None:
        """The person's account is closed, as if it had never held anything."""
        account = f"(SELECT id FROM personal_accounts WHERE person_id = {person_id})"
        await self.change(
            f"DELETE FROM account_entries WHERE account_id = {account};"
            "UPDATE personal_accounts SET status = 'CLOSED', balance_fen = 0, entry_count = 0"
            f" WHERE person_id = {person_id}"
        )

    def member(self, persona: str, **changes: Any) -> dict[str, Any]:
        """The form that binds the relative whom a persona's description names."""
        relative = self.guide[persona].relative
        assert relative is not None
        form = {
            "name": relative.name,
            "idType": "RESIDENT_ID_CARD",
            "idNumber": relative.id_number,
            "birthDate": relative.birth_date.isoformat(),
            "sex": relative.sex.name,
            "relation": relative.relation.name,
            "pledgeAccepted": True,
        }
        return form | changes

    def unit_form(self, number: int, **changes: Any) -> dict[str, Any]:
        """The form that registers the `number`-th new enterprise of Xixiu, whose officer is the employee's mother."""
        officer = self.guide["employee"].relative
        assert officer is not None
        form = {
            "unitName": f"西秀第{number}机械厂",
            "unitKind": "ENTERPRISE",
            "creditCode": credit_code("91", RegionCode("520402"), 90_000_000 + number),
            "region": "520402",
            "officerName": officer.name,
            "officerIdNumber": officer.id_number,
        }
        return form | changes

    async def registered_unit(self, number: int, **changes: Any) -> tuple[str, str]:
        """The id of a unit that a clerk has registered, and the persona of its officer."""
        payload = await self.mutate(REGISTER_UNIT, "clerk-anshun", **self.unit_form(number, **changes))
        assert payload["__typename"] == "UnitRegistered", payload
        return payload["unit"]["id"], payload["officer"]["name"]

    def relative(self, persona: str) -> str:
        """The API id of that relative."""
        relative = self.guide[persona].relative
        assert relative is not None
        return f"per_{relative.person_id}"

    def person(self, persona: str) -> str:
        """The API id of a persona."""
        return f"per_{self.guide[persona].person_id}"

    async def make_related(self, persona: str, relative_of: str) -> None:
        """The register records, in both directions, that another persona's relative is the same to this one."""
        relative = self.guide[relative_of].relative
        assert relative is not None
        of, back = relative.relation.name, REVERSED[relative.relation].name
        holder = f"FROM persons WHERE id = {self.guide[persona].person_id} ON CONFLICT DO NOTHING"
        columns = "registry_kinships (id_number, relative_id_number, relation)"
        await self.change(
            f"INSERT INTO {columns} SELECT id_number, '{relative.id_number}', '{of}' {holder};"
            f"INSERT INTO {columns} SELECT '{relative.id_number}', id_number, '{back}' {holder}"
        )

    async def bound(self, persona: str, relative_of: str | None = None) -> str:
        """The id of the member whom the persona has bound: its relative, or the relative of another persona."""
        if relative_of is not None:
            await self.make_related(persona, relative_of)
        payload = await self.mutate(BIND, persona, **self.member(relative_of or persona))
        assert payload["__typename"] == "FamilyMemberBound", payload
        member: str = payload["binding"]["member"]["id"]
        return member

    def document(self, relative_of: str, **changes: Any) -> dict[str, Any]:
        """Name and document of the relative whom a persona's description names."""
        relative = self.guide[relative_of].relative
        assert relative is not None
        form = {"name": relative.name, "idType": "RESIDENT_ID_CARD", "idNumber": relative.id_number}
        return form | changes

    async def added(self, persona: str, relative_of: str | None = None) -> str:
        """The id of the person whom the persona has added as a payee: a relative, of the persona or of another."""
        payload = await self.mutate(ADD_PAYEE, persona, **self.document(relative_of or persona))
        assert payload["__typename"] == "PayeeAdded", payload
        person: str = payload["payee"]["personId"]
        return person

    async def submitted(self, persona: str, member: str | None = None, **given: Any) -> str:
        """The id of a contribution that waits for payment; binds the persona's relative where no member is given."""
        person = await self.bound(persona) if member is None else member
        payload = await self.mutate(SUBMIT, persona, personId=person, **({"coverageYear": 2025} | given))
        assert payload["__typename"] == "ResidentContributionSubmitted", payload
        contribution: str = payload["contribution"]["id"]
        return contribution

    async def paid(self, persona: str, member: str | None = None) -> str:
        """The id of a contribution that the persona has paid."""
        contribution = await self.submitted(persona, member)
        payload = await self.mutate(PAY, persona, contributionId=contribution)
        assert payload["__typename"] == "ResidentContributionPaid", payload
        return contribution

    async def collected(self, persona: str, channel: str) -> str:
        """The id of a contribution for the persona's relative that a channel has collected."""
        contribution = await self.submitted(persona, channel=channel)
        started = await self.mutate(START, persona, contributionId=contribution)
        assert started["__typename"] == "PaymentStarted", started
        await self.service.world.fire_due()
        return contribution

    async def receipt(self, persona: str, member: str | None = None) -> str:
        """The id of the receipt of a contribution that the persona has paid and finished."""
        payload = await self.mutate(FINISH, persona, contributionId=await self.paid(persona, member))
        assert payload["__typename"] == "ResidentContributionFinished", payload
        receipt: str = payload["receipt"]["id"]
        return receipt

    async def close(self) -> None:
        if isinstance(self._plain, apsw.Connection):
            self._plain.close()
        elif self._plain is not None:
            await self._plain.close()
        await self.service.world.close()


async def open_at(
    url: str,
    executor: Executor,
    book: PolicyBook,
    machine: MachineTime,
    *,
    statement_seconds: float = STATEMENT_SECONDS,
) -> OpenedWorld:
    """The world at a URL, open at the machine's time."""
    database = open_database(url, statement_seconds=statement_seconds)
    try:
        world = await open_world(database, policy=book, outside=outside(), machine=machine, sandbox=True)
        guide = await persona_guide(database)
    except BaseException:
        await database.close()
        raise
    return OpenedWorld(url, WorldService(executor, world), machine, guide)


def codes(response: Mapping[str, Any]) -> Sequence[str]:
    """The codes of a response's errors."""
    return [error["extensions"]["code"] for error in response["errors"]]
