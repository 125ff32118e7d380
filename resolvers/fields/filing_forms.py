"""How a filing's form is read from what a client fills in (办件表单): each kind of form has its reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from domain.decisions.filing_forms import (
    AgreementResumptionForm,
    AgreementSuspensionForm,
    AssistanceForm,
    DesignationForm,
    EmployeeEnrolmentForm,
    EntitlementForm,
    FilingForm,
    InstitutionChangeForm,
    LumpSumForm,
    MaternityAllowanceForm,
    MaternityExpensesForm,
    OutOfAreaForm,
    PersonChangeForm,
    PersonForm,
    ReimbursementForm,
    ResidentEnrolmentForm,
    StatementForm,
    SubsidyForm,
    TransferForm,
    UnitChangeForm,
    UnitEnquiryForm,
    UnitEnrolmentForm,
    WithdrawalForm,
)
from domain.decisions.identity import described_problem
from domain.decisions.reconciling import Statement
from domain.refusals import InputNotAcceptable, InputProblem
from domain.vocabulary import Id, Prefix, RecognisedCondition
from resolvers.fields.account_withdrawals import wrong_card
from resolvers.fields.institution_settlements import statement_given
from resolvers.fields.journey import named
from resolvers.fields.settled_claims import wrong_invoice
from resolvers.plan.sources import Arguments


def _statement(given: Statement) -> StatementForm:
    return StatementForm(given.month, given.claims, given.total_fen, given.lines)


READERS: Mapping[str, Callable[[Arguments, Id], FilingForm]] = {
    "person": lambda said, actor_id: PersonForm(named(said, "personId", Prefix.PERSON)),
    "residentEnrolment": lambda said, actor_id: ResidentEnrolmentForm(
        named(said, "personId", Prefix.PERSON), said["action"], said.get("personType"), said.get("reason")
    ),
    "accountWithdrawal": lambda said, actor_id: WithdrawalForm(
        named(said, "personId", Prefix.PERSON), said["reason"], said["cardLastFour"]
    ),
    "reimbursement": lambda said, actor_id: ReimbursementForm(
        person_id=named(said, "personId", Prefix.PERSON),
        institution_id=named(said, "institutionId", Prefix.INSTITUTION),
        care=said["care"],
        admitted_on=said["admittedOn"],
        discharged_on=said.get("dischargedOn") or said["admittedOn"],
        invoice=said["invoice"],
        items=tuple((one["item"], one["amount"]) for one in said["costs"]),
        recognised=tuple(one for one in RecognisedCondition if one in set(said["conditions"])),
        card_last_four=said["cardLastFour"],
        injury=said.get("injury"),
    ),
    "maternityExpenses": lambda said, actor_id: MaternityExpensesForm(
        person_id=named(said, "personId", Prefix.PERSON),
        institution_id=named(said, "institutionId", Prefix.INSTITUTION),
        occasion=said["occasion"],
        occurred_on=said["occurredOn"],
        admitted_on=said["admittedOn"],
        discharged_on=said.get("dischargedOn") or said["admittedOn"],
        invoice=said["invoice"],
        items=tuple((one["item"], one["amount"]) for one in said["costs"]),
        card_last_four=said["cardLastFour"],
    ),
    "maternityAllowance": lambda said, actor_id: MaternityAllowanceForm(
        named(said, "personId", Prefix.PERSON),
        said["occasion"],
        said["occurredOn"],
        said["children"],
        said["outsidePublicPayroll"],
    ),
    "designation": lambda said, actor_id: DesignationForm(said["tier"]),
    "institutionChange": lambda said, actor_id: InstitutionChangeForm(
        said.get("name"), said.get("nameEn"), said.get("tier")
    ),
    "agreementSuspension": lambda said, actor_id: AgreementSuspensionForm(said["action"]),
    "agreementResumption": lambda said, actor_id: AgreementResumptionForm(said["licenceChanged"]),
    "institutionStatement": lambda said, actor_id: _statement(statement_given(said)),
    "relationTransfer": lambda said, actor_id: TransferForm(actor_id, said["fromRegion"]),
    "lumpSum": lambda said, actor_id: LumpSumForm(named(said, "personId", Prefix.PERSON), said["retiredEarly"]),
    "unitEnrolment": lambda said, actor_id: UnitEnrolmentForm(
        said["action"], said.get("unitName"), said.get("unitKind"), said.get("creditCode"), said.get("region")
    ),
    "unitChange": lambda said, actor_id: UnitChangeForm(said.get("unitName"), said.get("unitKind"), said.get("region")),
    "unitEnquiry": lambda said, actor_id: UnitEnquiryForm(named(said, "unitId", Prefix.UNIT)),
    "personChange": lambda said, actor_id: PersonChangeForm(
        named(said, "personId", Prefix.PERSON),
        said.get("name"),
        said.get("idType"),
        said.get("idNumber"),
        said.get("sex"),
        said.get("birthDate"),
        said.get("phone"),
    ),
    "employeeEnrolment": lambda said, actor_id: EmployeeEnrolmentForm(
        said["action"],
        named(said, "personId", Prefix.PERSON) if said.get("personId") is not None else None,
        said.get("name"),
        said.get("idType"),
        said.get("idNumber"),
        said.get("region"),
        said.get("reason"),
        said["outsidePublicPayroll"],
    ),
    "outOfArea": lambda said, actor_id: OutOfAreaForm(
        named(said, "personId", Prefix.PERSON), said["region"], said["firstDay"], said.get("lastDay")
    ),
    "assistance": lambda said, actor_id: AssistanceForm(
        named(said, "personId", Prefix.PERSON), named(said, "claimId", Prefix.CLAIM)
    ),
    "contributionSubsidy": lambda said, actor_id: SubsidyForm(
        named(said, "personId", Prefix.PERSON), said["coverageYear"]
    ),
    "entitlement": lambda said, actor_id: EntitlementForm(named(said, "personId", Prefix.PERSON), said["code"]),
}
"""By the member of the form input: (what it says, whoever applies) gives the form."""


def wrong_form(form: FilingForm) -> InputNotAcceptable | None:
    """What of a form cannot be right, whoever fills it in."""
    match form:
        case WithdrawalForm():
            return wrong_card(form.card_last_four)
        case ReimbursementForm() | MaternityExpensesForm():
            return wrong_card(form.card_last_four) or wrong_invoice(form.invoice)
        case EmployeeEnrolmentForm() if form.described is not None:
            problem = described_problem(form.described.name, *form.described.document)
            if problem is not None:
                problem.path = ("form", "employeeEnrolment", problem.field)
            return problem
        case MaternityAllowanceForm() if not form.leave.acceptable:
            return InputNotAcceptable(field="children", problem=InputProblem.CHILDREN)
        case InstitutionChangeForm():
            names = (form.name, form.name_en)
            if any(one is not None and not 2 <= len(one.strip()) <= MOST_LETTERS for one in names):
                return InputNotAcceptable(field="name", problem=InputProblem.INSTITUTION_NAME)
    return None


MOST_LETTERS: Final = 120
"""How long the name of an institution may be."""


def form_given(given: Arguments, actor_id: Id) -> FilingForm:
    """The form that was filled in; of `@oneOf` there is one."""
    [(kind, said)] = [(kind, said) for kind, said in given.items() if said is not None]
    return READERS[kind](said, actor_id)
