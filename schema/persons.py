"""Persons (参保人): identity, region, and the way to enrolments, account, family and contributions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import strawberry

from domain.vocabulary import Instant
from schema.declarations import declared
from schema.enums import IdType, PersonOrder, ResidentContributionOrder, Sex, SpecialGroup
from schema.filters import DateFilter, RegionFilter, SexFilter
from schema.regions import Region
from schema.relay import After, Before, Connection, Edge, First, Last, Node
from schema.scalars import IdNumber

if TYPE_CHECKING:
    from schema.audit_trail import AccessRecordConnection
    from schema.consents import ConsentConnection
    from schema.employee_contributions import EmployeeContributionConnection
    from schema.enrolments import EnrolmentConnection, EnrolmentWhere
    from schema.entitlements import EntitlementConnection
    from schema.family_bindings import FamilyBindingConnection, FamilyBindingWhere
    from schema.personal_accounts import PersonalAccount
    from schema.resident_contributions import ResidentContributionConnection, ResidentContributionWhere
    from schema.settled_claims import ClaimConnection, ClaimWhere
    from schema.transfers import EnrolmentTransferConnection

_KNOWN_ZH: Final = "只告诉本人、正在绑定此人的账户所有人和居住地的经办人员，其他人得到 null。"
_KNOWN_EN: Final = (
    "Told to the person, to whoever has the person bound now, and to clerks of the place of residence; null to others."
)


@strawberry.type(
    description="参保人。本人可见自己和已绑定的家庭成员，经办人员可见本地区的人，合作应用可见在其获准省份内向其授权的人，"
    "运维和审计人员可见所有人，后三者均为掩码；看不到的人等同不存在。\n"
    "Insured person. Citizens see themselves and the family members they have bound, clerks their region, partners' "
    "apps who has consented to them in a province that they were granted, operators and auditors everybody, these "
    "three masked; a person one may not see is as if not there."
)
class Person(Node):
    name: str = strawberry.field(
        description="姓名。本人和本地区经办人员看到全名；其他人看到首字加星号，例如“张*”。\n"
        "Name; in full to the person and to clerks of the region, to others the first character and asterisks, "
        "such as 张*."
    )
    id_type: IdType = strawberry.field(description="身份证件类型。\nKind of identity document.")
    id_number: IdNumber = strawberry.field(
        description="证件号码。只有本人看到完整号码；其他人只看到前三位和后四位，中间为星号。\n"
        "Identity number; in full to the person alone, to everybody else the first three and last four characters "
        "with asterisks between."
    )
    birth_date: date | None = strawberry.field(
        description=f"证件登记的出生日期。{_KNOWN_ZH}\nDate of birth on the identity document. {_KNOWN_EN}"
    )
    sex: Sex = strawberry.field(description="证件登记的性别。\nSex on the identity document.")
    phone: str | None = strawberry.field(
        description="手机号码。只有本人看到完整号码，其他人看到 138****5678 的形式；"
        "没有登记，或访问者是没有绑定此人的参保人时为 null。\n"
        "Mobile number; in full to the person alone, to others as 138****5678; null when none is registered, "
        "and for insured persons who have not bound this one."
    )
    region: Region = strawberry.field(
        description="居住地县（区），不一定是参保地。\nCounty of residence, which need not be the place of enrolment."
    )
    special_group: SpecialGroup | None = strawberry.field(
        description=f"认定的特殊群体，决定缴费入口；普通居民为 null。{_KNOWN_ZH}\n"
        f"Recognised special group, which decides the payment entrance; null for ordinary persons. {_KNOWN_EN}"
    )
    deceased: bool | None = strawberry.field(
        description=f"是否已登记死亡；是则不能再为其绑定或缴费。{_KNOWN_ZH}\n"
        "Whether a death is registered; if so, nobody can be bound to or pay for this person any more. "
        f"{_KNOWN_EN}"
    )
    real_name_verified_at: Instant | None = strawberry.field(
        description="首次实名认证通过的时刻；没有认证过，或访问者不是本人时为 null。\n"
        "When the person was first verified to be who they say; null when that never was, and to everybody else."
    )
    electronic_certificate_at: Instant | None = strawberry.field(
        description=f"医保电子凭证激活的时刻（世界时间）；未激活时为 null。{_KNOWN_ZH}\n"
        f"When the electronic certificate was activated, in world time; null when it was not. {_KNOWN_EN}"
    )
    account: Annotated[PersonalAccount, strawberry.lazy("schema.personal_accounts")] | None = strawberry.field(
        description="职工医保个人账户。只有本人、本地区经办人员、本人已授权的合作应用和运维可见；"
        "其他人查看，或此人没有账户时为 null。\n"
        "Personal account of the employee scheme; seen by the person, clerks of the region, partners' apps that the "
        "person lets see it and operators only. Null to others, and when the person has none."
    )

    @declared(
        "此人的参保关系，含已暂停和已终止的，按标识排序。\nEnrolments of this person, ended ones included, by id."
    )
    def enrolments(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[
            Annotated[EnrolmentWhere, strawberry.lazy("schema.enrolments")] | None,
            strawberry.argument(description="筛选条件。\nConditions."),
        ] = strawberry.UNSET,
    ) -> Annotated[EnrolmentConnection, strawberry.lazy("schema.enrolments")]: ...

    @declared(
        "此人的职工医保缴费，按标识排序；无权看到者为空。\n"
        "Contributions to the employee scheme of this person, by id; empty to those who may not see them."
    )
    def employee_contributions(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Annotated[EmployeeContributionConnection, strawberry.lazy("schema.employee_contributions")]: ...

    @declared(
        "此人的医保关系转移接续，按标识排序；无权看到者为空。\n"
        "Transfers of this person's insurance relation, by id; empty to those who may not see them."
    )
    def transfers(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Annotated[EnrolmentTransferConnection, strawberry.lazy("schema.transfers")]: ...

    @declared(
        "此人作为账户所有人持有的家庭绑定，含已解除的，按标识排序；他人查看时为空。\n"
        "Family bindings that this person holds as the account holder, ended ones included, by id; "
        "empty to those who may not see them."
    )
    def family_bindings(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[
            Annotated[FamilyBindingWhere, strawberry.lazy("schema.family_bindings")] | None,
            strawberry.argument(description="筛选条件。\nConditions."),
        ] = strawberry.UNSET,
    ) -> Annotated[FamilyBindingConnection, strawberry.lazy("schema.family_bindings")]: ...

    @declared(
        "此人给合作应用的数据授权，含已撤回的，按标识排序；合作应用只看到给它的，其他人查看时为空。\n"
        "Consents that this person gave to partners' apps, withdrawn ones included, by id; an app sees those given to "
        "it, and to others the list is empty."
    )
    def consents(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Annotated[ConsentConnection, strawberry.lazy("schema.consents")]: ...

    @declared(
        "为此人参保而缴的居民医保费，不论由谁支付；默认按标识排序。\n"
        "Resident contributions that insure this person, whoever pays them; by id unless ordered otherwise."
    )
    def resident_contributions(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[
            Annotated[ResidentContributionWhere, strawberry.lazy("schema.resident_contributions")] | None,
            strawberry.argument(description="筛选条件。\nConditions."),
        ] = strawberry.UNSET,
        order_by: Annotated[
            list[ResidentContributionOrder] | None,
            strawberry.argument(
                description="排序，先列者优先；其后按标识升序，不给则只按标识。\n"
                "Order, most significant first, then by id; by id alone when absent."
            ),
        ] = strawberry.UNSET,
    ) -> Annotated[ResidentContributionConnection, strawberry.lazy("schema.resident_contributions")]: ...

    @declared("此人的费用结算；按标识排序。\nClaims of this person, by id.")
    def claims(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[
            Annotated[ClaimWhere, strawberry.lazy("schema.settled_claims")] | None,
            strawberry.argument(description="筛选条件。\nConditions."),
        ] = strawberry.UNSET,
    ) -> Annotated[ClaimConnection, strawberry.lazy("schema.settled_claims")]: ...

    @declared(
        "此人的待遇认定，含已期满的，按标识排序；无权看到者为空。\n"
        "Diseases and drugs recognised of this person, past ones included, by id; empty to those who may not see them."
    )
    def entitlements(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Annotated[EntitlementConnection, strawberry.lazy("schema.entitlements")]: ...

    @declared(
        "他人查阅此人数据的留痕，最近的在前；只有本人和审计人员可见。\n"
        "Who else was shown this person's data, the latest first; seen by the person and by auditors alone."
    )
    def access_records(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Annotated[AccessRecordConnection, strawberry.lazy("schema.audit_trail")]: ...


@strawberry.type(description="参保人列表中的一项。\nOne person of a list.")
class PersonEdge(Edge):
    node: Person = strawberry.field(description="此项的参保人。\nThe person of this item.")


@strawberry.type(description="一页参保人。\nA page of persons.")
class PersonConnection(Connection):
    edges: list[PersonEdge] = strawberry.field(description="本页各项，按列表顺序。\nItems of this page, in list order.")


@strawberry.input(description="参保人的筛选条件，须同时满足。\nConditions on persons; all that are given must hold.")
class PersonWhere:
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="居住地区。\nRegion of residence."
    )
    sex: SexFilter | None = strawberry.field(default=strawberry.UNSET, description="性别。\nSex.")
    born_on: DateFilter | None = strawberry.field(
        default=strawberry.UNSET,
        description="出生日期；看不到出生日期的人不会被列出。\n"
        "Date of birth; persons whose date of birth one may not see are not listed.",
    )


OrderPersons = Annotated[
    list[PersonOrder] | None,
    strawberry.argument(
        description="排序，先列者优先；其后按标识升序，不给则只按标识。按出生日期排序时，看不到出生日期的人不会被列出。\n"
        "Order, most significant first, then by id; by id alone when absent. Ordered by date of birth, persons whose "
        "date of birth one may not see are not listed."
    ),
]
