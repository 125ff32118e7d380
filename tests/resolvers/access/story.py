"""A small world in which everything has happened that the table speaks of: rows of every type, to somebody each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import get_named_type

from domain.store.statements import EngineKind
from domain.vocabulary import DataType, Role
from schema.enums import EventType
from tests.resolvers.access.asking import plain, selection
from tests.resolvers.opened import CONTRACT, OpenedWorld

VIEWERS: Mapping[str | None, str] = {
    None: "nobody is signed in",
    "operator": "runs the platform",
    "auditor": "looks after who reads and changes what",
    "clerk-xixiu": "a county's clerk",
    "clerk-anshun": "a city's clerk",
    "clerk-synthetic": "a clerk of another province",
    "officer-employer": "an enterprise's officer, who declares and pays its bill",
    "officer-school": "a school's officer, who collects for its pupils",
    "officer-village": "a village's officer, who has done nothing",
    "officer-at-home": "the school's officer, signed in as the insured person",
    "employee": "has bound the mother, paid for her and holds the receipt",
    "employee-2": "a stranger to all of it",
    "employee-3": "has paid and got it back",
    "employee-4": "has paid by a channel and asked for it back",
    "employee-7": "was bound by employee-8, and works for the enterprise",
    "employee-8": "has bound employee-7",
    "employee-9": "has paid for the mother and unbound her since",
    "employee-10": "pays for somebody who is a payee and no relative, and files for the employee as an agent",
    "chuzhou-resident": "is that payee",
    "moved-worker": "has the insurance relation transferred",
    "flexible-worker": "pays alone",
    "mother-deceased": "has drawn a deceased mother's account",
    "partner": "an app that was granted everything of one province",
    "partner-anhui": "an app that was granted one type of data of another province",
    "hospital": "a designated hospital",
}
"""Who asks, by persona."""

FEWER = (
    None,
    "operator",
    "clerk-xixiu",
    "clerk-anshun",
    "officer-school",
    "officer-at-home",
    "employee",
    "employee-7",
    "employee-10",
    "chuzhou-resident",
    "partner",
    "hospital",
)
"""Who asks where the walk is a cross-check."""


@dataclass(frozen=True, slots=True)
class Act:
    """A mutation that somebody has sent."""

    persona: str
    name: str
    given: Mapping[str, Any]

    @property
    def document(self) -> str:
        assert CONTRACT.mutation_type is not None
        field = CONTRACT.mutation_type.fields[self.name]
        result = selection(get_named_type(field.type).name, 2)
        return f"mutation M($input: {field.args['input'].type}) {{ {self.name}(input: $input) {{ {result} }} }}"


@dataclass(slots=True)
class Story:
    """What happens, and who did it."""

    world: OpenedWorld
    acts: list[Act] = field(default_factory=list)

    async def does(self, persona: str, name: str, /, **given: Any) -> Any:
        """The outcome of a mutation, which must not be refused."""
        act = Act(persona, name, {"idempotencyKey": self.world.new_key(), **given})
        self.acts.append(act)
        payload: Any = plain((await self.world.data(act.document, {"input": act.given}, persona))[name])
        assert "retryable" not in payload, (name, payload)
        return payload

    async def bind(self, persona: str, form: Mapping[str, Any] | None = None) -> Any:
        return (await self.does(persona, "bindFamilyMember", **(form or self.world.member(persona))))["binding"]

    async def submit(self, persona: str, person: str, **given: Any) -> str:
        done = await self.does(persona, "submitResidentContribution", personId=person, coverageYear=2025, **given)
        contribution: str = done["contribution"]["id"]
        return contribution

    async def pay_for(self, persona: str, person: str) -> str:
        contribution = await self.submit(persona, person)
        await self.does(persona, "payResidentContribution", contributionId=contribution)
        return contribution

    async def by_channel(self, persona: str, person: str) -> str:
        contribution = await self.submit(persona, person, channel="WECHAT")
        await self.does(persona, "startPayment", contributionId=contribution)
        await self.world.service.world.fire_due()
        return contribution

    async def members(self, officer: str) -> tuple[str, list[str]]:
        """The officer's unit and the people whom it has enrolled."""
        asked = "{ viewer { unit { id members(where: {status: {eq: ACTIVE}}) { edges { node { person { id } } } } } } }"
        unit = (await self.world.data(asked, persona=officer))["viewer"]["unit"]
        return unit["id"], [edge["node"]["person"]["id"] for edge in unit["members"]["edges"]]

    async def me(self, persona: str) -> dict[str, Any]:
        me: dict[str, Any] = (
            await self.world.data("{ viewer { person { id name idNumber birthDate sex } } }", persona=persona)
        )["viewer"]["person"]
        return me


async def told_on(world: OpenedWorld) -> Story:
    """The story, lived in a fresh world."""
    story = Story(world)
    await _few_claims_of_the_past(world)
    await _officer_at_home(world)
    await _families(story)
    await _payees(story)
    await _refunds(story)
    await _units(story)
    await _alone(story)
    await _heir(story)
    await _partners(story)
    await _webhooks(story)
    await _care(story)
    await _records(world)
    await _filings(world)
    await _entitlements(world)
    await _log(world)
    await world.service.world.seal_trail()
    return story


async def _few_claims_of_the_past(world: OpenedWorld) -> None:
    """One claim says as much of who sees it as two hundred, each of which would be asked for by everybody."""
    [(kept,)] = await world.rows("SELECT min(id) FROM claims")
    await world.change(
        f"DELETE FROM claim_entries WHERE claim_id > {kept}; DELETE FROM claim_costs WHERE claim_id > {kept};"
        f" DELETE FROM claims WHERE id > {kept}"
    )


async def _officer_at_home(world: OpenedWorld) -> None:
    await world.change(
        "INSERT INTO personas (id, name, role, person_id, region_code, description_zh, description_en)"
        " SELECT 999, 'officer-at-home', 'CITIZEN', person_id, region_code, '', '' FROM personas"
        " WHERE name = 'officer-school'"
    )


async def _families(story: Story) -> None:
    mother = (await story.bind("employee"))["member"]["id"]
    contribution = await story.pay_for("employee", mother)
    await story.does("employee", "finishResidentContribution", contributionId=contribution)
    await story.does("employee", "issuePaymentCertificate", personId=mother, firstYear=2020, lastYear=2025)
    await story.does("employee", "activateElectronicCertificate", personId=mother)

    bound, holder = await story.me("employee-7"), story.world.person("employee-8")
    await story.world.change(
        "INSERT INTO registry_kinships (id_number, relative_id_number, relation) SELECT id_number,"
        f" '{bound['idNumber']}', 'SIBLING' FROM persons WHERE id = {holder[4:]}"
    )
    form = {name: bound[name] for name in ("name", "idNumber", "birthDate", "sex")}
    await story.bind("employee-8", story.world.member("employee-8", **form, relation="SIBLING"))

    binding = await story.bind("employee-9")
    await story.pay_for("employee-9", binding["member"]["id"])
    await story.does("employee-9", "unbindFamilyMember", bindingId=binding["id"])


async def _payees(story: Story) -> None:
    payee = await story.me("chuzhou-resident")
    document = {"name": payee["name"], "idType": "RESIDENT_ID_CARD", "idNumber": payee["idNumber"]}
    for owner in ("employee-10", "employee-2"):
        added = (await story.does(owner, "addPayee", **document))["payee"]
        if owner == "employee-2":
            await story.does(owner, "removePayee", payeeId=added["id"])
    await story.by_channel("employee-10", payee["id"])
    given = {"personId": payee["id"], "firstYear": 2020, "lastYear": 2025}
    await story.does("chuzhou-resident", "issuePaymentCertificate", **given)


async def _refunds(story: Story) -> None:
    for persona in ("employee-3", "employee-4"):
        mother = (await story.bind(persona))["member"]["id"]
        pay = story.pay_for if persona == "employee-3" else story.by_channel
        contribution = await pay(persona, mother)
        await story.world.insured_elsewhere(persona, "EMPLOYEE")
        reason = "MOVED_TO_EMPLOYEE"
        await story.does(persona, "requestContributionRefund", contributionId=contribution, reason=reason)


async def _units(story: Story) -> None:
    unit, people = await story.members("officer-employer")
    lines = [{"personId": person, "wage": "6500.00"} for person in people]
    bill = (await story.does("officer-employer", "declareWages", unitId=unit, month=202412, lines=lines))["bill"]["id"]
    await story.does("officer-employer", "payEmployeeBill", billId=bill, channel="TAX_SYSTEM")
    school, pupils = await story.members("officer-school")
    await story.does(
        "officer-school",
        "collectResidentContributions",
        unitId=school,
        coverageYear=2025,
        channel="TAX_SYSTEM",
        lines=[{"personId": pupil} for pupil in pupils],
    )
    await story.world.service.world.fire_due()
    form = {**story.world.unit_form(1), "officerIdType": "RESIDENT_ID_CARD"}
    await story.does("clerk-anshun", "registerUnit", **form)


async def _alone(story: Story) -> None:
    person = story.world.guide["flexible-worker"].person_id
    [(enrolment,)] = await story.world.rows(f"SELECT id FROM enrolments WHERE person_id = {person}")
    given = {"enrolmentId": f"enr_{enrolment}", "firstMonth": 202410, "months": 3, "base": "6500.00"}
    bill = (await story.does("flexible-worker", "declareOwnMonths", **given))["bill"]["id"]
    await story.does("flexible-worker", "payEmployeeBill", billId=bill, channel="WECHAT")
    await story.world.service.world.fire_due()
    transfer = await story.does("moved-worker", "applyForTransfer", fromRegion="510900")
    await story.world.change(
        "INSERT INTO transferred_periods (transfer_id, position, first_month, last_month)"
        f" VALUES ({transfer['transfer']['id'][4:]}, 1, 201503, 201912);"
        "UPDATE enrolment_transfers SET entry_id = (SELECT min(e.id) FROM account_entries e JOIN personal_accounts a"
        " ON a.id = e.account_id WHERE a.person_id = enrolment_transfers.person_id)"
    )


async def _heir(story: Story) -> None:
    relative = story.world.guide["mother-deceased"].relative
    assert relative is not None
    await story.world.change(
        "INSERT INTO personal_accounts (id, person_id, region_code, status, balance_fen, entry_count, opened_on)"
        f" VALUES (529000000000000001, {relative.person_id}, '520402', 'FROZEN', 100000, 1, '2015-03-01');"
        "INSERT INTO account_entries (id, account_id, position, kind, amount_fen, balance_fen, occurred_at,"
        " business_on) VALUES (529000000000000002, 529000000000000001, 1, 'OPENING', 100000, 100000, 1704038400,"
        " '2024-01-01')"
    )
    materials = ["IDENTITY_DOCUMENT", "APPLICATION_FORM", "HEIR_IDENTITY_CARD", "BANK_ACCOUNT"]
    person = story.world.relative("mother-deceased")
    given = {"personId": person, "reason": "DECEASED", "materials": materials, "cardLastFour": "4321"}
    await story.does("mother-deceased", "withdrawAccount", **given)


async def _partners(story: Story) -> None:
    """Some let the apps see all or some of their data, in a province of the grant or not, and one no more."""
    world, guizhou, anhui = story.world, 71, 72
    everything = [data_type.name for data_type in DataType]
    await world.enter("partner", Role.PARTNER, guizhou, *((of, "520000") for of in everything))
    await world.enter("partner-anhui", Role.PARTNER, anhui, ("ENROLMENTS", "340000"))
    [(hospital,)] = await world.rows("SELECT institution_id FROM personas WHERE name = 'hospital-anshun'")
    await world.enter("hospital", Role.HOSPITAL, 73, institution=hospital)
    for persona, client, types in (
        ("employee", guizhou, everything),
        ("employee-2", guizhou, ["ACCOUNT"]),
        ("employee-3", guizhou, ["CONTRIBUTIONS", "ACCOUNT"]),
        ("employee-4", guizhou, ["CONTRIBUTIONS"]),
        ("employee-7", guizhou, ["CONTRIBUTIONS"]),
        ("employee-10", guizhou, ["ENROLMENTS"]),
        ("flexible-worker", guizhou, everything),
        ("moved-worker", guizhou, ["ENROLMENTS"]),
        ("chuzhou-resident", guizhou, everything),
        ("chuzhou-resident", anhui, ["ENROLMENTS"]),
    ):
        for of in types:
            given = await story.does(persona, "consentToPartner", clientId=f"cli_{client}", dataType=of)
            if persona == "employee-3":
                await story.does(persona, "withdrawConsent", consentId=given["consent"]["id"])
    mother = world.guide["employee"].relative
    assert mother is not None
    persons = f"FROM persons WHERE id IN ({mother.person_id}, {world.guide['chuzhou-resident'].person_id})"
    await world.change(
        "INSERT INTO consents (id, person_id, client_id, data_type, given_at) SELECT id + 400000000, id,"
        f" CASE WHEN id = {mother.person_id} THEN {guizhou} ELSE {anhui} END, 'CONTRIBUTIONS', 0 {persons}"
    )


async def _care(story: Story) -> None:
    """A claim of the simulated province, and its like of a family in Anshun, at the hospital that asks and another."""
    world = story.world
    form = {
        **world.document("synthetic-employee"),
        "care": "OUTPATIENT",
        "admittedOn": "2024-12-02",
        "invoice": "S-1",
        "costs": [{"item": "S0001", "amount": "120.00"}],
    }
    claim = (await story.does("hospital-synthetic", "settleClaim", **form))["claim"]["id"][4:]
    mother = world.guide["employee"].relative
    assert mother is not None
    columns = (
        "scheme, person_type, special_group, conditions, raise_fen, year, care, tier, admitted_on, discharged_on,"
        " status, settled_at, reversed_at, postings, cost_fen, eligible_fen, first_share_fen, excluded_fen,"
        " class_b_fen, pooled_fen, base_fen, critical_fen, assistance_fen, assistance_at_most_fen, account_fen,"
        " cash_fen, trace"
    )
    hospitals = "institutions WHERE region_code = '520402' AND tier"
    for number, person, tier in (
        (529000000000000011, world.guide["employee"].person_id, "LEVEL_2"),
        (529000000000000012, mother.person_id, "LEVEL_3"),
    ):
        await world.change(
            f"INSERT INTO claims (id, person_id, institution_id, region_code, invoice, {columns}) SELECT {number},"
            f" {person}, (SELECT min(id) FROM {hospitals} = '{tier}'), '520402', 'S-{number}', {columns} FROM claims"
            f" WHERE id = {claim};"
            f"INSERT INTO claim_costs (claim_id, position, code, cost_class, amount_fen) SELECT {number}, position,"
            f" code, cost_class, amount_fen FROM claim_costs WHERE claim_id = {claim};"
            "INSERT INTO claim_entries (claim_id, posting, payer, kind, amount_fen, occurred_at, business_on)"
            f" SELECT {number}, posting, payer, kind, amount_fen, occurred_at, business_on FROM claim_entries"
            f" WHERE claim_id = {claim}"
        )


async def _webhooks(story: Story) -> None:
    """What both apps have delivered, what waits, and a webhook that was removed."""
    for app in ("partner", "partner-anhui"):
        for name in ("first", "removed"):
            given = await story.does(app, "registerWebhook", url=f"https://{name}.example/hooks", regions=["520000"])
        await story.does(app, "removeWebhook", webhookId=given["webhook"]["id"])
    await story.world.change(
        "INSERT INTO webhook_attempts (webhook_id, event_id, kind, number, began_at, milliseconds, outcome,"
        " http_status, next_at) SELECT w.id, (SELECT min(id) FROM events), 'DELIVERY', 1, 1734310800, 12, 'HTTP_ERROR',"
        " 500, 1734310806 FROM webhooks w WHERE w.status = 'ACTIVE';"
        "INSERT INTO webhook_deliveries (webhook_id, transaction_id, position, event_id, subject_id, occurred_at,"
        " status, attempts, due_at) SELECT w.id, 0, 0, (SELECT min(id) FROM events), 0, 1734310800, 'WAITING', 1,"
        " 1734310806 FROM webhooks w WHERE w.status = 'ACTIVE'"
    )


async def _records(world: OpenedWorld) -> None:
    """What the journey leaves to time: payments given back, and people of whom everything is known."""
    [(pupil,)] = await world.rows("SELECT min(person_id) FROM resident_contributions WHERE unit_id IS NOT NULL")
    await world.change(
        "INSERT INTO refunds (id, payment_order_id, region_code, person_id, payer_id, reason, status, channel,"
        " amount_fen, requested_at, bill_id) SELECT o.id + 500000000, o.id, o.region_code, b.person_id, o.payer_id,"
        " 'DUPLICATE', 'SENT', o.channel, o.amount_fen, o.ordered_at, b.id FROM employee_bills b"
        " JOIN payment_orders o ON o.id = b.payment_order_id;"
        "INSERT INTO refunds (id, contribution_id, payment_order_id, region_code, person_id, payer_id, reason, status,"
        " channel, amount_fen, requested_at) SELECT id + 600000000, id, payment_order_id, region_code, person_id,"
        " payer_id, 'DUPLICATE', 'SENT', channel, amount_fen, submitted_at FROM resident_contributions"
        f" WHERE person_id IN ({world.person('chuzhou-resident')[4:]}, {pupil}) AND payment_order_id IS NOT NULL;"
        "INSERT INTO enrolment_transfers (id, person_id, enrolment_id, region_code, from_region, outside, status,"
        " applied_at, accepted_on, form_due_on, due_on, calendar, late_from, withdrawn_at) SELECT 529000000000000004,"
        " e.person_id, e.id, e.region_code, '520400', t.outside, 'WITHDRAWN', t.applied_at, t.accepted_on,"
        " t.form_due_on, t.due_on, t.calendar, t.late_from, t.applied_at FROM enrolment_transfers t, enrolments e"
        f" WHERE e.scheme = 'EMPLOYEE' AND e.person_id = {world.person('synthetic-employee')[4:]};"
        "INSERT INTO account_withdrawals (id, account_id, person_id, applicant_id, region_code, reason, materials,"
        " card_last_four, amount_fen, withdrawn_at, payable_by, entry_id) SELECT 529000000000000003, a.id, a.person_id,"
        " a.person_id, a.region_code, 'GIVEN_UP', '[]', '4321', 100, 1734310800, '2025-01-07', min(e.id)"
        " FROM personal_accounts a JOIN account_entries e ON e.account_id = a.id"
        f" WHERE a.person_id = {world.person('employee-2')[4:]} GROUP BY a.id, a.person_id, a.region_code;"
        "UPDATE persons SET phone = '13800005678', e_certificate_at = 1700000000, real_name_verified_at = 1700000001,"
        " special_group = coalesce(special_group, 'MONITORED')"
    )


_CHANGE = (
    '{"name": "王秀兰", "id_type": "RESIDENT_ID_CARD", "id_number": "270101199001011231", "sex": "FEMALE",'
    ' "birth_date": "1990-01-01", "phone": "15400001234"}'
)


async def _filings(world: OpenedWorld) -> None:
    """One under review in each of two provinces, one that nobody has submitted, and one about somebody else.

    Beside these one of a unit, and one of a hospital.
    """
    mother = world.guide["employee"].relative
    assert mother is not None
    statements = []
    for number, persona, person, region, status, matter, form in (
        (529000000000000005, "employee", "employee", "520402", "ACCEPTED", "PERSON_ENQUIRY", "{}"),
        (529000000000000006, "employee", "", "520402", "SUBMITTED", "RESIDENT_ENROLMENT", '{"action": "SUSPEND"}'),
        (529000000000000007, "employee", "employee", "520402", "DRAFT", "PERSON_ENQUIRY", "{}"),
        (529000000000000013, "employee", "employee", "520402", "SUBMITTED", "EMPLOYEE_INFORMATION_CHANGE", _CHANGE),
        (
            849000000000000008,
            "synthetic-employee",
            "synthetic-employee",
            "840102",
            "DECLINED",
            "ACCOUNT_WITHDRAWAL",
            '{"reason": "GIVEN_UP", "card_last_four": "4321"}',
        ),
    ):
        about = world.guide[person].person_id if person else mother.person_id
        taken, declined = status == "ACCEPTED", status == "DECLINED"
        limit = "'2024-12-13', 'OFFICIAL', '2024-12-18', 9, 1734537600" if taken else f"{'NULL, ' * 4}253402271999"
        ended = "'材料不齐', 1734310900" if declined else "NULL, NULL"
        statements.append(
            "INSERT INTO filings (id, matter, edition, region_code, province_code, applicant_id, person_id, applicant,"
            " form, status, drafted_at, filed_at, working_days, accepted_on, calendar, due_on, due_number, late_from,"
            f" reason, ended_at) VALUES ({number}, '{matter}', '840000~2020-01-01', '{region}', '{region[:2]}0000',"
            f" {world.guide[persona].person_id}, {about}, 'EMPLOYEE', '{form}', '{status}', 1734310800,"
            f" {1734310000 + number % 100}, 3, {limit}, {ended});"
            "INSERT INTO filing_materials (filing_id, number, name, name_en, needed, pledgeable) VALUES"
            f" ({number}, 1, '有效身份证件', 'Valid identity document', {taken}, FALSE)"
        )
    for number, applicant, files in (
        (529000000000000008, "person_id", "officer-employer"),
        (529000000000000009, "person_id", "officer-employer"),
        (529000000000000010, "NULL", "hospital-anshun"),
    ):
        statements.append(
            "INSERT INTO filings (id, matter, edition, region_code, province_code, applicant_id, unit_id,"
            f" institution_id, applicant, form, status, drafted_at, filed_at, working_days, late_from) SELECT {number},"
            f" 'UNIT_ENQUIRY', '840000~2020-01-01', '520402', '520000', {applicant}, unit_id, institution_id, 'UNIT',"
            f" '{{}}', 'SUBMITTED', 1734310800, {1734310000 + number % 100}, 0, 253402271999 FROM personas"
            f" WHERE name = '{files}'"
        )
    statements.append(
        f"UPDATE filings SET agent_id = {world.guide['employee-10'].person_id} WHERE id = 529000000000000013"
    )
    statements.append(
        "UPDATE filings SET rating = 'DISSATISFIED', rating_comment = '等候太久', rated_at = 1734311000,"
        " rectify_by = '2025-01-07', rectified_at = 1734311100, rectification = '已致歉并增设窗口'"
        " WHERE status = 'DECLINED'"
    )
    await world.change(";".join(statements))
    here = "(SELECT min(id) FROM institutions WHERE region_code = '520402' AND tier = 'LEVEL_3')"
    there = "(SELECT institution_id FROM personas WHERE name = 'hospital-anshun')"
    columns = (
        "id, region_code, purpose, person_id, institution_id, month, filing_id, claim_id, paid_into, account_last_four,"
        " amount_fen, paid_at"
    )
    for number, filing, region, payee, claim in (
        (529000000000000021, 529000000000000005, "520402", f"{world.guide['employee'].person_id}, NULL, NULL", 11),
        (529000000000000022, 529000000000000006, "520402", f"{mother.person_id}, NULL, NULL", 12),
        (529000000000000023, 529000000000000007, "520402", f"NULL, {here}, 202411", None),
        (849000000000000024, 849000000000000008, "840102", f"NULL, {there}, 202411", None),
    ):
        of_claim = "NULL" if claim is None else str(529000000000000000 + claim)
        await world.change(
            f"INSERT INTO disbursements ({columns}) VALUES ({number}, '{region}', 'REIMBURSEMENT', {payee}, {filing},"
            f" {of_claim}, 'BANK_ACCOUNT', '4321', 100, 1734310800);"
            "INSERT INTO disbursement_entries (disbursement_id, account, amount_fen) VALUES"
            f" ({number}, 'REIMBURSED', -100), ({number}, 'PAYEE', 100)"
        )
    for number, filing, whose in (
        (529000000000000013, 529000000000000009, world.guide["employee"].person_id),
        (529000000000000014, 529000000000000010, mother.person_id),
    ):
        await world.change(
            f"INSERT INTO disbursements ({columns}) VALUES ({number}, '520402', 'MATERNITY_BENEFIT', {whose}, NULL,"
            f" NULL, {filing}, NULL, 'BANK_ACCOUNT', '4321', 100, 1734310800);"
            "INSERT INTO disbursement_entries (disbursement_id, account, amount_fen) VALUES"
            f" ({number}, 'MATERNITY', -100), ({number}, 'PAYEE', 100);"
            "INSERT INTO maternity_benefits (disbursement_id, person_id, benefit, occasion, occurred_on,"
            f" institution_id, invoice, cost_fen, eligible_fen, trace) VALUES ({number}, {whose}, 'MEDICAL',"
            f" 'VAGINAL_BIRTH', '2024-12-10', {there}, '{number}', 100, 100,"
            """ '[["MATERNITY_EXPENSES", null, 100, 100, null, null, null, []]]')"""
        )
    await world.change(
        "UPDATE disbursements SET contribution_id = (SELECT min(id) FROM resident_contributions"
        f" WHERE person_id = {mother.person_id}) WHERE id = 529000000000000014"
    )
    # Two faults that never strike.
    await world.change(
        "INSERT INTO world_faults (id, party, person_id, per_mille, begins_at, kind, delay_least, delay_most,"
        " delay_shape, calls, hits, added_at) VALUES"
        f" (1, 'POPULATION_REGISTER', {mother.person_id}, 1, 4000000000, 'STALE_READ', 60, 3600, 'LONG_TAIL', 0, 0, 0),"
        f" (2, 'FACE_CHECK', {world.guide['employee'].person_id}, 1, 4000000000, 'OUTAGE', NULL, NULL, NULL, 0, 0, 0)"
    )
    # Two requests that nobody made.
    columns = (
        "asked_at, recorded_at, role, person_id, persona_id, client_id, unit_id, institution_id, region_code, scopes,"
        " asker, operation_kind, operation, fields, document, variables, transport, request_id, ending, outcome, cost,"
        " duration_us, statements, answer_bytes, first_event, last_event, events"
    )
    await world.change(
        f"INSERT INTO request_journal ({columns}) VALUES"
        f" (1734310800, 1750000000, 'CITIZEN', {mother.person_id}, 0, 0, 0, 0, '000000', 'READ WRITE EVENTS', '',"
        " 'mutation', 'anonymous', 'bindFamilyMember', 'mutation { a }', '{}', 'HTTP', 'r-1', 'REFUSED', 'X', 3, 900,"
        " 2, 80, 1, 2, '{}'),"
        f" (1734310801, 1750000001, 'UNIT_OFFICER', {world.guide['employee'].person_id}, 1, 0, 1, 0, '000000',"
        " 'READ WRITE EVENTS', 'officer', 'query', 'Mine', 'viewer', 'query Mine { a }', '{}', 'HTTP', 'r-2',"
        " 'ANSWERED', '', NULL, 100, 1, 90, NULL, NULL, '{}')"
    )
    [(unit,)] = await world.rows("SELECT unit_id FROM personas WHERE name = 'officer-employer'")
    await world.change(
        "INSERT INTO disbursements (id, region_code, purpose, unit_id, filing_id, paid_into, amount_fen, paid_at)"
        f" VALUES (529000000000000027, '520402', 'MATERNITY_BENEFIT', {unit}, 529000000000000008, 'UNIT_ACCOUNT', 98,"
        " 1734310800);"
        "INSERT INTO disbursement_entries (disbursement_id, account, amount_fen) VALUES"
        " (529000000000000027, 'MATERNITY', -98), (529000000000000027, 'PAYEE', 98);"
        "INSERT INTO maternity_benefits (disbursement_id, person_id, benefit, occasion, occurred_on, children,"
        f" leave_days, monthly_wage_fen, trace) VALUES (529000000000000027, {world.guide['employee'].person_id},"
        " 'ALLOWANCE', 'VAGINAL_BIRTH', '2024-12-10', 1, 98, 30,"
        """ '[["MATERNITY_ALLOWANCE", null, 30, 98, null, null, null, [], 98]]')"""
    )


async def _entitlements(world: OpenedWorld) -> None:
    """A disease of each of two people, recognised by filings in two counties."""
    for number, filing, region in (
        (529000000000000031, 529000000000000005, "520402"),
        (529000000000000032, 529000000000000006, "520403"),
    ):
        await world.change(
            "INSERT INTO entitlements (id, filing_id, person_id, region_code, kind, code, name, first_day, last_day)"
            f" SELECT {number}, id, person_id, '{region}', 'CHRONIC_DISEASE', 'M01600', '糖尿病', '2024-12-16',"
            f" '2026-12-15' FROM filings WHERE id = {filing}"
        )


async def _log(world: OpenedWorld) -> None:
    """An event of every type about the employee and one about the enterprise, whatever the journey has told."""
    samples = {
        "binding_id": "family_bindings",
        "payee_id": "payees",
        "consent_id": "consents",
        "contribution_id": "resident_contributions WHERE payment_order_id IS NOT NULL",
        "order_id": "payment_orders",
        "refund_id": "refunds",
        "bill_id": "employee_bills",
        "certificate_id": "payment_certificates",
        "enrolment_id": "enrolments",
        "account_id": "personal_accounts",
        "entry_id": "account_entries",
        "withdrawal_id": "account_withdrawals",
        "transfer_id": "enrolment_transfers",
        "filing_id": "filings",
        "person_id": "persons",
        "claim_id": "claims",
        "disbursement_id": "disbursements",
        "institution_id": "institutions",
    }
    links = {name: (await world.rows(f"SELECT min(id) FROM {table}"))[0][0] for name, table in samples.items()}
    [(officer, unit)] = await world.rows("SELECT person_id, unit_id FROM personas WHERE name = 'officer-employer'")
    facts = (
        '"relation": "PARENT", "scheme": "RESIDENT", "person_type": "WORKING", "region": "510900", "reason": null,'
        ' "channel": "WECHAT", "kind": "REGULAR", "name": "西秀机械厂", "receipt_number": "52000001",'
        ' "amount_fen": 40000, "balance_fen": 40000, "late_fee_fen": 0, "coverage_year": 2025, "first_year": 2020,'
        ' "last_year": 2025, "month": 202412, "months": 3, "months_carried": 3, "persons": 6, "moved_enrolments": 1,'
        ' "visible_to_tax_at": 1734310800, "seen_elsewhere_at": 1734310800, "business_on": "2024-12-16",'
        ' "care": "INPATIENT", "pooled_fen": 40000, "critical_fen": 0, "assistance_fen": 0, "account_fen": 0,'
        ' "cash_fen": 40000, "matter": "PERSON_ENQUIRY", "move": "SUBMIT", "status": "SUBMITTED",'
        ' "due_on": "2024-12-18", "data_type": "ACCOUNT", "payable_by": "2024-12-16", "paid_on": "2024-12-16",'
        ' "purpose": "REIMBURSEMENT", "agreement_move": "SUSPEND", "agreement_status": "SUSPENDED",'
        ' "counts_from": "2024-12-16", "changed": "[\\"NAME\\"]"'
    )
    reasons = {
        "CONTRIBUTION_REFUND_REQUESTED": "DUPLICATE",
        "RESIDENT_CONTRIBUTION_REFUNDED": "DUPLICATE",
        "EMPLOYEE_BILL_REFUND_REQUESTED": "DUPLICATE",
        "EMPLOYEE_BILL_REFUNDED": "DUPLICATE",
        "ACCOUNT_WITHDRAWN": "DECEASED",
        "IDENTITY_REVEALED": "CORRECTION",
    }
    kinds = {"UNIT_REGISTERED": "ENTERPRISE", "UNIT_CHANGED": "ENTERPRISE", "ACCOUNT_CREDITED": "MONTHLY_CREDIT"}
    number = 529_000_000_000_001_000
    statements = []
    transaction = "0" if world.kind is EngineKind.SQLITE else "pg_current_xact_id()::text::bigint"
    for type_ in EventType:
        told = facts
        if type_.name in reasons:
            told = told.replace('"reason": null', f'"reason": "{reasons[type_.name]}"')
        if type_.name in kinds:
            told = told.replace('"kind": "REGULAR"', f'"kind": "{kinds[type_.name]}"')
        pairs = ", ".join(f'"{name}": {row}' for name, row in links.items())
        for who, of in ((world.guide["employee"].person_id, "null"), (officer, unit)):
            number += 1
            payload = f'{{{pairs}, "unit_id": {of}, {told}}}'
            statements.append(
                "INSERT INTO events (transaction_id, id, type, version, region_code, occurred_at, actor_id, subject_id,"
                f" cause, payload) VALUES ({transaction}, {number}, '{type_.name}', 1, '520402', 1734310800, {who},"
                f" {who}, 'story', '{payload}')"
            )
    await world.change(";".join(statements))
