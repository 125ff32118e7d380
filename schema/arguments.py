"""Arguments that several fields share (共用参数)."""

from __future__ import annotations

from typing import Annotated, Final

import strawberry

from schema.enums import Language

InLanguage = Annotated[
    Language,
    strawberry.argument(description="文本的语言，默认中文。\nLanguage of the text, Chinese by default."),
]

IDEMPOTENCY_KEY_LENGTHS: Final = range(8, 65)
"""How many characters an idempotency key may have."""

IDEMPOTENCY_KEY: Final = (
    "幂等键，8 至 64 个字符，例如 UUID；按世界、操作人和操作区分。同键同内容返回第一次的答复，同键异内容被拒绝。\n"
    "Idempotency key of 8 to 64 characters, such as a UUID, scoped to world, actor and mutation. "
    "Same key and content: the first answer again; same key with other content is refused."
)

EXPECTED_WHEN_SUBMITTING: Final = (
    "向用户展示过的应缴金额；与当日应缴金额不同则拒绝并告知应缴额。不给则不核对；金额始终由政策决定。\n"
    "Amount due that the user was shown; refused, with the amount that is due, when it differs from that of the day. "
    "Not compared when absent; the amount is always the policy's."
)

EXPECTED_WHEN_PAYING: Final = (
    "向用户展示过的应缴金额；与支付当日应缴金额不同则拒绝并告知应缴额。不给则以提交时的金额核对；金额始终由政策决定。\n"
    "Amount due that the user was shown; refused, with the amount that is due, when it differs from that of the day. "
    "When absent, the amount that was submitted is compared; the amount is always the policy's."
)

GRADE: Final = (
    "缴费档次，默认第一档；参保地没有该档时拒绝。\n"
    "Grade of contribution, the first by default; refused where the place of enrolment has none of that number."
)

REPAIR_YEARS: Final = (
    "随本年度一并补缴的断保年数，由近及远，默认不补缴；每补缴一年，变动待遇等待期缩短一段。\n"
    "How many missed years to pay for as well, the latest first, none by default; each shortens the variable wait."
)

OWN_NAME: Final = (
    "本人姓名，与证件一致，1 至 50 个字符；登记的另一写法（生僻字、异体字）视为同名。\n"
    "One's own name as on the document, 1 to 50 characters; another form that the register takes for the same is "
    "the same name."
)

OWN_ID_TYPE: Final = "本人证件类型。\nKind of one's own identity document."

OWN_ID_NUMBER: Final = (
    "本人的完整证件号码；居民身份证须通过校验位检查。\n"
    "One's own identity number in full; that of a resident identity card must pass its check digit."
)
