"""What the remaining matters bring about, and what whoever tests with a world sets in it and reads of it."""

from typing import Literal

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """What version 0006 holds stays; how channels behave becomes faults of theirs."""
    _add_entitlements()
    _pay_units()
    _add_maternity_benefits()
    _keep_faults()
    _let_worlds_be_closed()
    _keep_filing_statistics()
    _tell_what_is_not_rectified()
    _keep_the_last_day_of_notices()
    _add_person_changes()
    _assist_claims()
    _subsidise_contributions()


def _pay_units() -> None:
    with op.batch_alter_table("disbursements", recreate=_recreate()) as payments:
        payments.drop_constraint(op.f("ck_disbursements_somebody_is_paid"), type_="check")
        payments.alter_column("person_id", existing_type=sa.BigInteger(), comment="who is paid; null where nobody is")
        payments.add_column(sa.Column("unit_id", sa.BigInteger(), comment="that is paid; null where none is"))
        payments.create_foreign_key(op.f("fk_disbursements_unit_id"), "units", ["unit_id"], ["id"])
        payments.create_check_constraint(
            op.f("ck_disbursements_one_is_paid"),
            "CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN institution_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END = 1",
        )
    op.create_index(op.f("ix_disbursements_unit_id_id"), "disbursements", ["unit_id", "id"])


def _add_maternity_benefits() -> None:
    op.create_table(
        "maternity_benefits",
        sa.Column(
            "disbursement_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="by which it is paid"
        ),
        sa.Column("person_id", sa.BigInteger(), nullable=False, comment="whose benefit it is"),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False, comment="what it is paid for"),
        sa.Column("occurred_on", sa.Date(), nullable=False, comment="on which day that was"),
        sa.Column("institution_id", sa.BigInteger(), comment="of the invoice; null for none"),
        sa.Column("invoice", sa.Text(), comment="its number, as the institution numbers them"),
        sa.Column("cost_fen", sa.BigInteger(), comment="of the invoice"),
        sa.Column("eligible_fen", sa.BigInteger(), comment="what of the cost counts"),
        sa.Column("children", sa.Integer(), comment="how many were born; null for expenses"),
        sa.Column("leave_days", sa.Integer(), comment="for which an allowance is paid; null for expenses"),
        sa.Column("monthly_wage_fen", sa.BigInteger(), comment="by which an allowance is paid; null for expenses"),
        sa.Column("trace", _json(), nullable=False, comment="how it came about, step by step"),
        sa.CheckConstraint("eligible_fen <= cost_fen", name=op.f("ck_maternity_benefits_eligible_within_cost")),
        sa.CheckConstraint(
            "(benefit = 'ALLOWANCE') = (invoice IS NULL)", name=op.f("ck_maternity_benefits_expenses_have_invoices")
        ),
        sa.CheckConstraint(
            "(benefit = 'ALLOWANCE') = (leave_days IS NOT NULL)",
            name=op.f("ck_maternity_benefits_allowances_have_days"),
        ),
        sa.ForeignKeyConstraint(
            ["disbursement_id"], ["disbursements.id"], name=op.f("fk_maternity_benefits_disbursement_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_maternity_benefits_person_id")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_maternity_benefits_institution_id")
        ),
        sa.PrimaryKeyConstraint("disbursement_id", name=op.f("pk_maternity_benefits")),
    )
    op.create_index(
        "uq_maternity_benefits_occasion",
        "maternity_benefits",
        ["person_id", "benefit", "occurred_on", "occasion"],
        unique=True,
    )
    op.create_index("uq_maternity_benefits_invoice", "maternity_benefits", ["institution_id", "invoice"], unique=True)


def _keep_faults() -> None:
    with op.batch_alter_table("world", recreate=_recreate()) as batch:
        batch.add_column(
            sa.Column(
                "fault_changes",
                sa.BigInteger(),
                nullable=False,
                server_default="0",
                comment="how often its faults were changed; 0 where it never had one",
            )
        )
    op.create_table(
        "world_faults",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False, comment="numbers in the order they were added"),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=True, comment="null: all of the party's that it can befall"),
        sa.Column("channel", sa.Text(), nullable=True, comment="null: every channel"),
        sa.Column("person_id", sa.BigInteger(), nullable=True, comment="null: everybody"),
        sa.Column("region_code", sa.Text(), nullable=True, comment="null: everywhere; all inside of it otherwise"),
        sa.Column("per_mille", sa.Integer(), nullable=False, comment="share of the calls"),
        sa.Column("begins_at", sa.BigInteger(), nullable=True, comment="in the world's time; null: from the beginning"),
        sa.Column("ends_at", sa.BigInteger(), nullable=True, comment="from then on it is over; null: it stays"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("delay_least", sa.Integer(), nullable=True, comment="seconds of the world"),
        sa.Column("delay_most", sa.Integer(), nullable=True),
        sa.Column("delay_shape", sa.Text(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("calls", sa.BigInteger(), nullable=False, comment="how many it could have befallen so far"),
        sa.Column("hits", sa.BigInteger(), nullable=False, comment="how many of them it has"),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_world_faults")),
    )
    for kind, share, delay in (
        ("OUTAGE", "CASE WHEN out THEN 1000 ELSE 0 END", "NULL"),
        ("DELAY", "slow_per_mille", "slow_seconds"),
        ("REFUSAL", "failing_per_mille", "NULL"),
        ("TIMEOUT_AFTER_EFFECT", "silent_per_mille", "NULL"),
        ("DUPLICATE_CONFIRMATION", "twice_per_mille", "NULL"),
    ):
        shape = "NULL" if delay == "NULL" else "'EVEN'"
        op.execute(
            "INSERT INTO world_faults (id, party, channel, per_mille, kind, delay_least, delay_most, delay_shape,"
            " calls, hits, added_at)"
            " SELECT (SELECT count(*) FROM world_faults) + row_number() OVER (ORDER BY channel), 'PAYMENT_CHANNEL',"
            f" channel, {share}, '{kind}', {delay}, {delay}, {shape}, 0, 0, (SELECT max(clock_base) FROM world)"
            f" FROM channel_habits WHERE {share} > 0"
        )
    op.execute("UPDATE world SET fault_changes = 1 WHERE EXISTS (SELECT 1 FROM world_faults)")
    op.drop_table("channel_habits")


def _recreate() -> Literal["auto", "always"]:
    # SQLite writes an added column behind the constraints; a table that is made again says what a new one says.
    return "auto" if op.get_context().dialect.name == "postgresql" else "always"


def _big_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def _add_entitlements() -> None:
    op.create_table(
        "entitlements",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("filing_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="of the disease or drug"),
        sa.Column("name", sa.Text(), nullable=False, comment="as the book had it when it was recognised"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_entitlements_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["filing_id"], ["filings.id"], name=op.f("fk_entitlements_filing_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_entitlements_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_entitlements_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlements")),
        sa.UniqueConstraint("filing_id", name=op.f("uq_entitlements_filing_id")),
    )
    op.create_index(op.f("ix_entitlements_person_id_id"), "entitlements", ["person_id", "id"])
    op.create_index(op.f("ix_entitlements_region_code_id"), "entitlements", ["region_code", "id"])


def _let_worlds_be_closed() -> None:
    """A world says until when nobody opens it, while it is reset or dropped."""
    with op.batch_alter_table("world", recreate=_recreate()) as world:
        world.add_column(
            sa.Column(
                "closed_until",
                sa.BigInteger(),
                comment="machine time until which nobody opens it; null where anybody may",
            )
        )


def _keep_filing_statistics() -> None:
    # What has ended before has no figure: the calendar by which it would be counted is no part of a world.
    with op.batch_alter_table("filings", recreate=_recreate()) as filings:
        filings.add_column(
            sa.Column(
                "worked_days",
                sa.Integer(),
                comment="working days from acceptance to the end, without the time of supplementing",
            )
        )
    op.create_index(
        "ix_filings_ended",
        "filings",
        ["region_code", "ended_at"],
        sqlite_where=sa.text("ended_at IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )


def _tell_what_is_not_rectified() -> None:
    # From the end of the last day on, in Shanghai; where that has passed it is told at once.
    if op.get_context().dialect.name == "postgresql":
        due_at = "CAST(extract(epoch FROM rectify_by + 1) AS bigint) - 28800"
    else:
        due_at = "CAST(strftime('%s', rectify_by, '+1 day') AS integer) - 28800"
    op.execute(
        f"INSERT INTO timers (due_at, kind, subject_id) SELECT {due_at}, 'RECTIFICATION_OVERDUE', id FROM filings"
        " WHERE rectify_by IS NOT NULL AND rectified_at IS NULL ORDER BY id"
    )


def _keep_the_last_day_of_notices() -> None:
    # What was submitted before has none: the calendar by which it would be counted is no part of a world.
    last_day = sa.Column(
        "notice_by", sa.Date(), comment="last day for telling what is missing; null where the guide says none"
    )
    with op.batch_alter_table("filings", recreate=_recreate()) as filings:
        filings.add_column(last_day)


def _add_person_changes() -> None:
    op.create_table(
        "person_changes",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False, comment="what was changed, as JSON"),
        sa.Column("name", sa.Text(), nullable=False, comment="this and all that follows: as it was on record before"),
        sa.Column("id_type", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_person_changes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_changes")),
    )
    op.create_index(op.f("ix_person_changes_person_id"), "person_changes", ["person_id"])


def _assist_claims() -> None:
    of_filing = "group for which assistance pays by a later filing; null where none does"
    with op.batch_alter_table("claims", recreate=_recreate()) as claims:
        claims.add_column(sa.Column("assisted_as", sa.Text(), comment=of_filing))
        claims.add_column(
            sa.Column(
                "repaid_fen",
                sa.BigInteger(),
                nullable=False,
                server_default="0",
                comment="what of the cash it pays back",
            )
        )
    with op.batch_alter_table("disbursements", recreate=_recreate()) as disbursements:
        disbursements.drop_constraint(op.f("uq_disbursements_claim_id"), type_="unique")
        disbursements.create_unique_constraint(op.f("uq_disbursements_claim_id_purpose"), ["claim_id", "purpose"])


def _subsidise_contributions() -> None:
    given = "of which it gives back a part or all; null for none"
    with op.batch_alter_table("disbursements", recreate=_recreate()) as disbursements:
        disbursements.add_column(sa.Column("contribution_id", sa.BigInteger(), comment=given))
        disbursements.create_foreign_key(
            op.f("fk_disbursements_contribution_id"), "resident_contributions", ["contribution_id"], ["id"]
        )
        disbursements.create_unique_constraint(op.f("uq_disbursements_contribution_id"), ["contribution_id"])
