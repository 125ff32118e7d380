"""Enrolling, suspending and what follows from it."""

from datetime import datetime, timedelta, timezone
from typing import Literal

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """What version 0002 holds stays."""
    _pay_bills()
    _credit_accounts()
    _withdraw_accounts()
    _change_enrolments()
    _add_transfers()
    _add_written_names()
    _create_payment_order_lines()
    _make_payees()
    _add_real_names()
    _collect_by_units()
    _give_back_bills()


def _big_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _recreate() -> Literal["auto", "always"]:
    # SQLite writes an added column behind the constraints; a table that is made again says what a new one says.
    return "auto" if op.get_context().dialect.name == "postgresql" else "always"


def _pay_bills() -> None:
    with op.batch_alter_table("payment_orders", recreate=_recreate()) as orders:
        orders.add_column(
            sa.Column("unit_id", sa.BigInteger(), comment="for which unit; null where the payer pays alone")
        )
        orders.create_foreign_key("fk_payment_orders_unit_id", "units", ["unit_id"], ["id"])
        orders.create_index("ix_payment_orders_unit_id_id", ["unit_id", "id"])
    with op.batch_alter_table("employee_bills", recreate=_recreate()) as bills:
        bills.create_check_constraint("paid_has_time", "(status = 'PAID') = (paid_at IS NOT NULL)")
        bills.alter_column(
            "late_fee_fen",
            existing_type=sa.BigInteger(),
            existing_nullable=False,
            comment="fixed when its payment is started, 0 until then",
            existing_comment="fixed when it is paid, 0 until then",
        )
        bills.create_index("ix_employee_bills_payment_order_id", ["payment_order_id"])
    with op.batch_alter_table("employee_contributions", recreate=_recreate()) as lines:
        lines.drop_column("status")
        lines.drop_column("paid_at")
        lines.add_column(sa.Column("entry_id", sa.BigInteger(), comment="the credit, once it is paid"))
        lines.create_unique_constraint("uq_employee_contributions_entry_id", ["entry_id"])
        lines.create_foreign_key("fk_employee_contributions_entry_id", "account_entries", ["entry_id"], ["id"])


def _withdraw_accounts() -> None:
    op.create_table(
        "account_withdrawals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False, comment="whose account it is"),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False, comment="who receives the money"),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "materials",
            sa.Text().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="what was handed in",
        ),
        sa.Column("card_last_four", sa.Text(), nullable=False, comment="the last digits of the applicant's bank card"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=False),
        sa.Column("payable_by", sa.Date(), nullable=False, comment="by when the money is at the bank"),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_account_withdrawals_amount_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["personal_accounts.id"], name=op.f("fk_account_withdrawals_account_id")
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["persons.id"], name=op.f("fk_account_withdrawals_applicant_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["account_entries.id"], name=op.f("fk_account_withdrawals_entry_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_account_withdrawals_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_account_withdrawals_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_withdrawals")),
        sa.UniqueConstraint("account_id", name=op.f("uq_account_withdrawals_account_id")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_account_withdrawals_entry_id")),
    )
    for first in ("person_id", "applicant_id", "region_code"):
        op.create_index(op.f(f"ix_account_withdrawals_{first}_id"), "account_withdrawals", [first, "id"])


def _credit_accounts() -> None:
    """Interest and pensioners' credits, each once, and what brings them first to a world that is there."""
    once = sa.text("kind IN ('INTEREST', 'PENSIONER_CREDIT')")
    op.create_index(
        "uq_account_entries_due",
        "account_entries",
        ["account_id", "kind", "business_on"],
        unique=True,
        sqlite_where=once,
        postgresql_where=once,
    )
    with op.batch_alter_table("timers", recreate=_recreate(), table_kwargs={"sqlite_autoincrement": True}) as timers:
        timers.add_column(
            sa.Column(
                "for_day",
                sa.Date(),
                comment="the day that it is about, whenever it is done; null where it is about none",
            )
        )
    shanghai = timezone(timedelta(hours=8))
    for (now,) in op.get_bind().execute(sa.text("SELECT clock_base FROM world")).all():
        today = datetime.fromtimestamp(now, tz=shanghai).replace(hour=0, minute=0, second=0)
        next_year = today.replace(year=today.year + 1, month=1, day=1)
        next_month = (today.replace(day=1) + timedelta(days=31)).replace(day=15)
        credit = today.replace(day=15) if today.day < 15 else next_month
        for kind, due, day in (
            ("PAY_INTEREST", next_year, next_year - timedelta(days=1)),
            ("CREDIT_PENSIONERS", credit, credit),
        ):
            op.get_bind().execute(
                sa.insert(
                    sa.table(
                        "timers",
                        sa.column("due_at", sa.BigInteger()),
                        sa.column("kind", sa.Text()),
                        sa.column("subject_id", sa.BigInteger()),
                        sa.column("for_day", sa.Date()),
                    )
                ).values(due_at=int(due.timestamp()), kind=kind, subject_id=0, for_day=day.date())
            )


def _change_enrolments() -> None:
    with op.batch_alter_table("persons", recreate=_recreate()) as persons:
        persons.add_column(
            sa.Column(
                "e_certificate_at",
                sa.BigInteger(),
                comment="when the electronic certificate (医保电子凭证) was activated; null: it is not",
            )
        )
    with op.batch_alter_table("enrolments", recreate=_recreate()) as enrolments:
        enrolments.add_column(
            sa.Column(
                "suspension_visible_at",
                sa.BigInteger(),
                comment="from when other places see that it is suspended or terminated; null: at once",
            )
        )
    with op.batch_alter_table("outside_enrolments", recreate=_recreate()) as outside_enrolments:
        outside_enrolments.add_column(
            sa.Column(
                "seen_until",
                sa.BigInteger(),
                comment="until when a suspension is not seen yet; null: the days alone count",
            )
        )


def _add_written_names() -> None:
    with op.batch_alter_table("registry_identities", recreate=_recreate()) as identities:
        identities.add_column(
            sa.Column(
                "also_written", sa.Text(), comment="another form of the name that the register takes for the same"
            )
        )


def _create_payment_order_lines() -> None:
    """An order keeps what it is to pay. What older ones were to pay and a later one took over is in the log alone."""
    op.create_table(
        "payment_order_lines",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "contribution_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="what the order is to pay; another order may be to pay it after this one failed",
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="how much of the order is for it"),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_order_lines_amount_positive")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["resident_contributions.id"], name=op.f("fk_payment_order_lines_contribution_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["payment_orders.id"], name=op.f("fk_payment_order_lines_order_id")),
        sa.PrimaryKeyConstraint("order_id", "contribution_id", name=op.f("pk_payment_order_lines")),
    )
    op.execute(
        "INSERT INTO payment_order_lines (order_id, contribution_id, amount_fen)"
        " SELECT payment_order_id, id, amount_fen FROM resident_contributions WHERE payment_order_id IS NOT NULL"
    )


def _make_payees() -> None:
    op.create_table(
        "payees",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False, comment="who pays"),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("owner_id <> person_id", name=op.f("ck_payees_of_another")),
        sa.ForeignKeyConstraint(["owner_id"], ["persons.id"], name=op.f("fk_payees_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_payees_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payees")),
    )
    op.create_index(op.f("ix_payees_owner_id_id"), "payees", ["owner_id", "id"], unique=False)
    op.create_index(
        "uq_payees_active",
        "payees",
        ["owner_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _add_real_names() -> None:
    with op.batch_alter_table("persons", recreate=_recreate()) as persons:
        persons.add_column(
            sa.Column(
                "real_name_verified_at",
                sa.BigInteger(),
                comment="when the register first confirmed name and number (实名认证)",
            )
        )


def _collect_by_units() -> None:
    with op.batch_alter_table("resident_contributions", recreate=_recreate()) as contributions:
        contributions.add_column(
            sa.Column("unit_id", sa.BigInteger(), comment="the unit that collects it; null where none does")
        )
        contributions.create_foreign_key("fk_resident_contributions_unit_id", "units", ["unit_id"], ["id"])
        contributions.create_index("ix_resident_contributions_unit_id_id", ["unit_id", "id"])


def _give_back_bills() -> None:
    """An order keeps the bill that it is to pay; a refund is of a contribution or of a bill."""
    op.create_table(
        "payment_order_bills",
        sa.Column("order_id", _big_id(), autoincrement=False, nullable=False),
        sa.Column(
            "bill_id",
            sa.BigInteger(),
            nullable=False,
            comment="what the order is to pay, whole; another order may be to pay it after this one failed",
        ),
        sa.ForeignKeyConstraint(["order_id"], ["payment_orders.id"], name=op.f("fk_payment_order_bills_order_id")),
        sa.ForeignKeyConstraint(["bill_id"], ["employee_bills.id"], name=op.f("fk_payment_order_bills_bill_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_payment_order_bills")),
    )
    op.execute(
        "INSERT INTO payment_order_bills (order_id, bill_id)"
        " SELECT payment_order_id, id FROM employee_bills WHERE payment_order_id IS NOT NULL"
    )
    with op.batch_alter_table("refunds", recreate=_recreate()) as refunds:
        refunds.alter_column(
            "contribution_id",
            existing_type=sa.BigInteger(),
            nullable=True,
            existing_nullable=False,
            comment="null for a bill",
        )
        refunds.alter_column(
            "person_id",
            existing_type=sa.BigInteger(),
            nullable=True,
            existing_nullable=False,
            comment="whom it was to insure; null for a unit's bill",
            existing_comment="who was insured by it",
        )
        refunds.add_column(sa.Column("bill_id", sa.BigInteger(), comment="null for a contribution"))
        refunds.create_foreign_key("fk_refunds_bill_id", "employee_bills", ["bill_id"], ["id"])
        refunds.create_check_constraint("of_one", "(contribution_id IS NULL) <> (bill_id IS NULL)")
        refunds.create_index("ix_refunds_bill_id_id", ["bill_id", "id"])


def _add_transfers() -> None:
    with op.batch_alter_table("enrolments", recreate=_recreate()) as enrolments:
        enrolments.add_column(
            sa.Column(
                "months_carried",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="months that transfers have brought (转入)",
            )
        )
    op.create_table(
        "enrolment_transfers",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False, comment="what gains the months"),
        sa.Column("region_code", sa.Text(), nullable=False, comment="the place that receives (转入地)"),
        sa.Column(
            "from_region", sa.Text(), nullable=False, comment="the city that is left (转出地), in this world or outside"
        ),
        sa.Column("outside", sa.Boolean(), nullable=False, comment="the city lies in a province that the world lacks"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=False),
        sa.Column("form_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="of all of it; moved when the form comes"),
        sa.Column("calendar", sa.Text(), nullable=False, comment="by what the working days were counted"),
        sa.Column("late_from", sa.BigInteger(), nullable=False, comment="from when the step that is next is overdue"),
        sa.Column("form_at", sa.BigInteger(), nullable=True, comment="when the old place's form came"),
        sa.Column("months", sa.Integer(), nullable=True, comment="months on the form; null until it came"),
        sa.Column("balance_fen", sa.BigInteger(), nullable=True, comment="balance on the form; null until it came"),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "months_carried",
            sa.Integer(),
            nullable=True,
            comment="months that the enrolment has gained; null until it is done",
        ),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True, comment="money from another province"),
        sa.CheckConstraint("(form_at IS NULL) = (months IS NULL)", name=op.f("ck_enrolment_transfers_form_has_months")),
        sa.CheckConstraint(
            "(status = 'DONE') = (completed_at IS NOT NULL)", name=op.f("ck_enrolment_transfers_done_has_time")
        ),
        sa.CheckConstraint(
            "(status = 'WITHDRAWN') = (withdrawn_at IS NOT NULL)",
            name=op.f("ck_enrolment_transfers_withdrawn_has_time"),
        ),
        sa.CheckConstraint(
            "(completed_at IS NULL) = (months_carried IS NULL)", name=op.f("ck_enrolment_transfers_done_has_months")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_enrolment_transfers_person_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_enrolment_transfers_enrolment_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_enrolment_transfers_region_code")),
        sa.ForeignKeyConstraint(["entry_id"], ["account_entries.id"], name=op.f("fk_enrolment_transfers_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_transfers")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_enrolment_transfers_entry_id")),
    )
    for columns in (["person_id", "id"], ["region_code", "id"]):
        op.create_index(op.f(f"ix_enrolment_transfers_{'_'.join(columns)}"), "enrolment_transfers", columns)
    op.create_index(
        "uq_enrolment_transfers_under_way",
        "enrolment_transfers",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('UNTREATED', 'PROCESSING')"),
        postgresql_where=sa.text("status IN ('UNTREATED', 'PROCESSING')"),
    )
    op.create_table(
        "transferred_periods",
        sa.Column("transfer_id", _big_id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False, comment="year × 100 + month"),
        sa.Column("last_month", sa.Integer(), nullable=False, comment="year × 100 + month, included"),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["enrolment_transfers.id"], name=op.f("fk_transferred_periods_transfer_id")
        ),
        sa.PrimaryKeyConstraint("transfer_id", "position", name=op.f("pk_transferred_periods")),
    )
