"""Enrolment and contributions: payment orders, refunds, certificates, bills of employees, timers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"


def _big_id() -> TypeEngine[int]:
    # SQLite numbers rows only through a column declared INTEGER PRIMARY KEY.
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> TypeEngine[str]:
    return sa.Text().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """What version 0001 holds stays; units are active since 2008, receipts follow the channel of their payment."""
    _make_tables()
    _change_tables()


def _make_tables() -> None:
    op.create_table(
        "channel_collections",
        sa.Column(
            "reference", sa.BigInteger(), autoincrement=False, nullable=False, comment="the platform's payment order"
        ),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "decided_at", sa.BigInteger(), nullable=False, comment="when the channel knows; before, it says nothing"
        ),
        sa.Column("collected", sa.Boolean(), nullable=False, comment="whether the money was taken"),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False, comment="the first question is not answered in time"),
        sa.Column(
            "confirms_at",
            sa.BigInteger(),
            nullable=True,
            comment="when the channel confirms of its own accord; null: it never does",
        ),
        sa.Column("confirms_again_at", sa.BigInteger(), nullable=True),
        sa.Column("given_back_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_channel_collections")),
    )
    op.create_table(
        "channel_habits",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("slow_per_mille", sa.Integer(), nullable=False),
        sa.Column("slow_seconds", sa.Integer(), nullable=False),
        sa.Column("failing_per_mille", sa.Integer(), nullable=False),
        sa.Column("silent_per_mille", sa.Integer(), nullable=False),
        sa.Column("twice_per_mille", sa.Integer(), nullable=False),
        sa.Column("out", sa.Boolean(), nullable=False, comment="answers nobody"),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_habits")),
    )
    op.create_table(
        "timers",
        sa.Column("id", _big_id(), autoincrement=True, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False, comment="what it is about, by its kind"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_timers_due_at_id"), "timers", ["due_at", "id"], unique=False)
    op.create_table(
        "payment_certificates",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="what a third party verifies it by; not to be guessed"),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "content",
            _json(),
            nullable=False,
            comment="the payments it certifies, as they stood then",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_payment_certificates_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_payment_certificates_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_certificates")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_certificates_number")),
    )
    op.create_index(
        op.f("ix_payment_certificates_person_id_id"), "payment_certificates", ["person_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_payment_certificates_region_code_id"), "payment_certificates", ["region_code", "id"], unique=False
    )
    op.create_table(
        "payment_orders",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("payer_id", sa.BigInteger(), nullable=False, comment="who pays"),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "answered_at",
            sa.BigInteger(),
            nullable=True,
            comment="when the channel's last word came; null until it has said any",
        ),
        sa.Column("failure", sa.Text(), nullable=True, comment="why the channel did not collect; null otherwise"),
        sa.Column("confirmations", sa.Integer(), nullable=False, comment="how often the channel has confirmed it"),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_orders_amount_positive")),
        sa.ForeignKeyConstraint(["payer_id"], ["persons.id"], name=op.f("fk_payment_orders_payer_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_payment_orders_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_orders")),
    )
    op.create_index(op.f("ix_payment_orders_payer_id_id"), "payment_orders", ["payer_id", "id"], unique=False)
    op.create_index(op.f("ix_payment_orders_region_code_id"), "payment_orders", ["region_code", "id"], unique=False)
    op.create_table(
        "employee_bills",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True, comment="who owes it; null for a person who pays alone"),
        sa.Column("person_id", sa.BigInteger(), nullable=True, comment="the flexible worker or new pensioner"),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False, comment="year × 100 + month; the last one of several"),
        sa.Column("months", sa.Integer(), nullable=False, comment="how many months it is for"),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("unit_fen", sa.BigInteger(), nullable=False),
        sa.Column("personal_fen", sa.BigInteger(), nullable=False),
        sa.Column("maternity_fen", sa.BigInteger(), nullable=False),
        sa.Column("late_fee_fen", sa.BigInteger(), nullable=False, comment="fixed when it is paid, 0 until then"),
        sa.Column("declared_at", sa.BigInteger(), nullable=False),
        sa.Column("declared_by", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("payment_order_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(unit_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_employee_bills_owed_by_one")),
        sa.ForeignKeyConstraint(["declared_by"], ["persons.id"], name=op.f("fk_employee_bills_declared_by")),
        sa.ForeignKeyConstraint(
            ["payment_order_id"], ["payment_orders.id"], name=op.f("fk_employee_bills_payment_order_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_employee_bills_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_employee_bills_region_code")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_employee_bills_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_bills")),
    )
    op.create_index(op.f("ix_employee_bills_person_id_id"), "employee_bills", ["person_id", "id"], unique=False)
    op.create_index(op.f("ix_employee_bills_region_code_id"), "employee_bills", ["region_code", "id"], unique=False)
    op.create_index(op.f("ix_employee_bills_unit_id_id"), "employee_bills", ["unit_id", "id"], unique=False)
    op.create_table(
        "employee_contributions",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False, comment="year × 100 + month; the last one of several"),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("wage_fen", sa.BigInteger(), nullable=False, comment="as declared"),
        sa.Column("base_fen", sa.BigInteger(), nullable=False, comment="the wage held between floor and ceiling"),
        sa.Column("unit_fen", sa.BigInteger(), nullable=False),
        sa.Column("personal_fen", sa.BigInteger(), nullable=False),
        sa.Column("maternity_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "credit_fen", sa.BigInteger(), nullable=False, comment="what its payment credits to the personal account"
        ),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["bill_id"], ["employee_bills.id"], name=op.f("fk_employee_contributions_bill_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_employee_contributions_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_employee_contributions_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_employee_contributions_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee_contributions")),
    )
    op.create_index(
        op.f("ix_employee_contributions_bill_id_id"), "employee_contributions", ["bill_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_employee_contributions_person_id_month_id"),
        "employee_contributions",
        ["person_id", "month", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_employee_contributions_region_code_id"), "employee_contributions", ["region_code", "id"], unique=False
    )
    op.create_index(
        "uq_employee_contributions_month",
        "employee_contributions",
        ["person_id", "month"],
        unique=True,
        sqlite_where=sa.text("kind IN ('REGULAR', 'BACK_PAYMENT')"),
        postgresql_where=sa.text("kind IN ('REGULAR', 'BACK_PAYMENT')"),
    )
    op.create_table(
        "refunds",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("contribution_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_order_id", sa.BigInteger(), nullable=True, comment="null where an account paid"),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False, comment="who was insured by it"),
        sa.Column("payer_id", sa.BigInteger(), nullable=False, comment="to whom the money returns"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True, comment="when the channel was told to give it back"),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True, comment="the account's new entry"),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refunds_amount_positive")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["resident_contributions.id"], name=op.f("fk_refunds_contribution_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["account_entries.id"], name=op.f("fk_refunds_entry_id")),
        sa.ForeignKeyConstraint(["payer_id"], ["persons.id"], name=op.f("fk_refunds_payer_id")),
        sa.ForeignKeyConstraint(["payment_order_id"], ["payment_orders.id"], name=op.f("fk_refunds_payment_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_refunds_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_refunds_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_refunds_entry_id")),
    )
    op.create_index(op.f("ix_refunds_contribution_id_id"), "refunds", ["contribution_id", "id"], unique=False)
    op.create_index(op.f("ix_refunds_payer_id_id"), "refunds", ["payer_id", "id"], unique=False)
    op.create_index(op.f("ix_refunds_person_id_id"), "refunds", ["person_id", "id"], unique=False)
    op.create_index(op.f("ix_refunds_region_code_id"), "refunds", ["region_code", "id"], unique=False)


def _change_tables() -> None:
    with op.batch_alter_table("units") as units:
        units.add_column(sa.Column("status", sa.Text(), nullable=False, server_default="ACTIVE"))
        units.add_column(sa.Column("registered_on", sa.Date(), nullable=False, server_default="2008-01-01"))
    with op.batch_alter_table(
        "enrolments", recreate="auto" if op.get_context().dialect.name == "postgresql" else "always"
    ) as enrolments:
        enrolments.add_column(
            sa.Column(
                "visible_to_tax_at",
                sa.BigInteger(),
                comment="from when the tax bureau sees its beginning; null: at once",
            )
        )
        enrolments.create_index(
            "uq_enrolments_basic",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("status = 'ACTIVE' AND scheme IN ('EMPLOYEE', 'RESIDENT')"),
            postgresql_where=sa.text("status = 'ACTIVE' AND scheme IN ('EMPLOYEE', 'RESIDENT')"),
        )
    with op.batch_alter_table("personas") as personas:
        personas.add_column(sa.Column("unit_id", sa.BigInteger(), comment="for whom a unit's officer acts"))
        personas.create_foreign_key("fk_personas_unit_id", "units", ["unit_id"], ["id"])
    with op.batch_alter_table("receipts") as receipts:
        receipts.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="PAYMENT_SLIP"))
    op.execute(
        "UPDATE receipts SET kind = 'ACCOUNT_RECEIPT' WHERE contribution_id IN"
        " (SELECT id FROM resident_contributions WHERE channel = 'PERSONAL_ACCOUNT')"
    )
    _change_contributions()
    with op.batch_alter_table("account_entries") as entries:
        entries.add_column(sa.Column("reverses_id", sa.BigInteger(), comment="the entry it gives back"))
        entries.create_unique_constraint("uq_account_entries_reverses_id", ["reverses_id"])
        entries.create_foreign_key("fk_account_entries_reverses_id", "account_entries", ["reverses_id"], ["id"])
    for table, column in (
        ("units", "status"),
        ("units", "registered_on"),
        ("receipts", "kind"),
        ("resident_contributions", "subsidy_fen"),
        ("resident_contributions", "grade"),
        ("resident_contributions", "repair_years"),
        ("resident_contributions", "repair_fen"),
    ):
        with op.batch_alter_table(table) as changed:
            changed.alter_column(column, server_default=None)


def _change_contributions() -> None:
    op.drop_index("uq_resident_contributions_paid", "resident_contributions")
    with op.batch_alter_table("resident_contributions") as contributions:
        contributions.add_column(
            sa.Column(
                "subsidy_fen",
                sa.BigInteger(),
                nullable=False,
                server_default="0",
                comment="what medical assistance bears of the contribution",
            )
        )
        contributions.add_column(sa.Column("payment_order_id", sa.BigInteger(), comment="null where an account pays"))
        contributions.add_column(
            sa.Column(
                "grade",
                sa.Integer(),
                nullable=False,
                server_default="1",
                comment="grade of contribution (缴费档次), 1 where there is one",
            )
        )
        contributions.add_column(
            sa.Column(
                "repair_years",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="how many missed years are paid for besides (补缴)",
            )
        )
        contributions.add_column(
            sa.Column(
                "repair_fen",
                sa.BigInteger(),
                nullable=False,
                server_default="0",
                comment="how much of the amount is for missed years",
            )
        )
        contributions.create_foreign_key(
            "fk_resident_contributions_payment_order_id", "payment_orders", ["payment_order_id"], ["id"]
        )
        contributions.drop_constraint(op.f("ck_resident_contributions_amount_positive"), type_="check")
        contributions.drop_constraint(op.f("ck_resident_contributions_paid_has_time"), type_="check")
        contributions.create_check_constraint("amount_not_negative", "amount_fen >= 0")
        contributions.create_check_constraint("repair_within_amount", "repair_fen >= 0 AND repair_fen <= amount_fen")
        contributions.create_check_constraint(
            "paid_has_time",
            "(status IN ('SUBMITTED', 'PAYING', 'VOIDED')) = (paid_at IS NULL)",
        )
    op.create_index(
        "ix_resident_contributions_payment_order_id", "resident_contributions", ["payment_order_id"], unique=False
    )
    op.create_index(
        "uq_resident_contributions_paid",
        "resident_contributions",
        ["person_id", "coverage_year"],
        unique=True,
        sqlite_where=sa.text("status IN ('PAYING', 'PAID', 'FINISHED')"),
        postgresql_where=sa.text("status IN ('PAYING', 'PAID', 'FINISHED')"),
    )
