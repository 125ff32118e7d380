"""What filings bring about, what partners follow of claims, and what is told of a world to whoever tests with it."""

from typing import Literal

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """What version 0005 holds stays."""
    _keep_queues_of_provinces()
    _keep_materials()
    _add_persona_promises()
    _let_units_and_institutions_file()
    _add_clock_advances()
    _add_reimbursements()
    _add_agreements()
    _add_settled_postings()
    _know_who_approved()
    _keep_ratings()
    _add_out_of_area_records()


def _recreate() -> Literal["auto", "always"]:
    # SQLite writes an added column behind the constraints; a table that is made again says what a new one says.
    return "auto" if op.get_context().dialect.name == "postgresql" else "always"


def _big_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(postgresql.JSONB(), "postgresql")


_OPEN = "status IN ('SUBMITTED', 'SUPPLEMENTING', 'ACCEPTED', 'SUPPLEMENTING_IN_REVIEW', 'APPROVED')"


def _keep_queues_of_provinces() -> None:
    province = sa.Column(
        "province_code", sa.Text(), nullable=True, comment="where queues of more than a county are kept in order"
    )
    with op.batch_alter_table("filings", recreate=_recreate()) as filings:
        filings.add_column(province)
    op.execute("UPDATE filings SET province_code = substr(region_code, 1, 2) || '0000'")
    with op.batch_alter_table("filings", recreate=_recreate()) as filings:
        filings.alter_column("province_code", existing_type=sa.Text(), nullable=False)
    for column in ("filed_at", "late_from"):
        op.create_index(
            f"ix_filings_open_in_province_{column}",
            "filings",
            ["province_code", column, "id", "region_code"],
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        )


def _keep_materials() -> None:
    op.create_table(
        "materials",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), comment="who uploaded it; null for an institution"),
        sa.Column("institution_id", sa.BigInteger(), comment="that uploaded it; null for a person"),
        sa.Column("media", sa.Text(), nullable=False, comment="what the content itself says it is"),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(owner_id IS NULL) = (institution_id IS NOT NULL)", name=op.f("ck_materials_somebody_uploaded_it")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["persons.id"], name=op.f("fk_materials_owner_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institutions.id"], name=op.f("fk_materials_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
    )
    for owner in ("owner_id", "institution_id"):
        op.create_index(op.f(f"ix_materials_{owner}_sha256"), "materials", [owner, "sha256"], unique=True)
    with op.batch_alter_table("filing_materials", recreate=_recreate()) as parts:
        parts.add_column(sa.Column("material_id", sa.BigInteger(), comment="the file; null where none was uploaded"))
        parts.create_foreign_key(op.f("fk_filing_materials_material_id"), "materials", ["material_id"], ["id"])
    op.create_index(
        op.f("ix_filing_materials_material_id"),
        "filing_materials",
        ["material_id"],
        sqlite_where=sa.text("material_id IS NOT NULL"),
        postgresql_where=sa.text("material_id IS NOT NULL"),
    )


def _add_persona_promises() -> None:
    """Worlds that were made before promise nothing."""
    op.create_table(
        "persona_promises",
        sa.Column("persona_id", _big_id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False, comment="as JSON"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="type of the outcome or refusal"),
        sa.Column("refusal", sa.Text(), nullable=True, comment="code of the refusal; null where there is none"),
        sa.Column("expected", sa.Text(), nullable=False, comment="what the answer's data is, as JSON"),
        sa.ForeignKeyConstraint(["persona_id"], ["personas.id"], name=op.f("fk_persona_promises_persona_id")),
        sa.PrimaryKeyConstraint("persona_id", "position", name=op.f("pk_persona_promises")),
    )


def _let_units_and_institutions_file() -> None:
    of_others = "the number of another, which need not be there where this one is"
    with op.batch_alter_table("filings", recreate=_recreate()) as filings:
        for column, comment in (
            ("applicant_id", "who signed in; null for an institution"),
            ("person_id", "whom it is about; null: about whoever files"),
        ):
            filings.alter_column(column, existing_type=sa.BigInteger(), nullable=True, comment=comment)
        filings.add_column(sa.Column("unit_id", sa.BigInteger(), comment="the unit that files; null where none does"))
        filings.add_column(sa.Column("institution_id", sa.BigInteger(), comment="the institution that files"))
        filings.create_foreign_key(op.f("fk_filings_unit_id"), "units", ["unit_id"], ["id"])
        filings.create_foreign_key(op.f("fk_filings_institution_id"), "institutions", ["institution_id"], ["id"])
        filings.create_check_constraint(
            op.f("ck_filings_somebody_files"), "(applicant_id IS NULL) = (institution_id IS NOT NULL)"
        )
        filings.create_check_constraint(
            op.f("ck_filings_officer_of_unit"), "unit_id IS NULL OR applicant_id IS NOT NULL"
        )
    op.create_index(op.f("ix_filings_unit_id_id"), "filings", ["unit_id", "id"])
    op.create_index(op.f("ix_filings_institution_id_id"), "filings", ["institution_id", "id"])
    with op.batch_alter_table("filing_materials", recreate=_recreate()) as materials:
        materials.add_column(sa.Column("stands_for", sa.Integer(), comment=of_others))


def _add_clock_advances() -> None:
    op.create_table(
        "clock_advances",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("to_at", sa.BigInteger(), nullable=False),
        sa.Column("place_transaction_id", sa.BigInteger(), nullable=False, comment="the end of the log when it began"),
        sa.Column("place_position", sa.BigInteger(), nullable=False),
        sa.Column("timers", sa.BigInteger(), nullable=False, comment="how many were done so far"),
        sa.Column(
            "reached_at",
            sa.BigInteger(),
            nullable=True,
            comment="how far the clock had come when it was over; null while it is under way",
        ),
        sa.Column("happened", sa.Text(), nullable=True, comment="how many events of each type it brought, as JSON"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_clock_advances")),
    )


def _add_reimbursements() -> None:
    with op.batch_alter_table("claims", recreate=_recreate()) as claims:
        claims.add_column(
            sa.Column("origin", sa.Text(), nullable=False, server_default="DIRECT", comment="who brought it")
        )
        claims.add_column(
            sa.Column(
                "treated",
                sa.Text(),
                nullable=False,
                server_default="HOME",
                comment="where, from the place of enrolment",
            )
        )
    op.create_table(
        "disbursements",
        sa.Column("id", _big_id(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False, comment="whose fund pays"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), comment="who is paid; null where an institution is"),
        sa.Column("institution_id", sa.BigInteger(), comment="that is paid"),
        sa.Column("month", sa.Integer(), comment="for which an institution is paid, year × 100 + month"),
        sa.Column("filing_id", sa.BigInteger(), nullable=False, comment="by which it is paid, once"),
        sa.Column("claim_id", sa.BigInteger(), comment="for which; null for no claim"),
        sa.Column("paid_into", sa.Text(), nullable=False, comment="the account, as the guide names it"),
        sa.Column("account_last_four", sa.Text(), comment="of the account; null where the agency has it on record"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_disbursements_amount_above_zero")),
        sa.CheckConstraint(
            "(person_id IS NULL) = (institution_id IS NOT NULL)", name=op.f("ck_disbursements_somebody_is_paid")
        ),
        sa.CheckConstraint(
            "(institution_id IS NULL) = (month IS NULL)", name=op.f("ck_disbursements_months_are_institutions")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_disbursements_region_code")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_disbursements_person_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institutions.id"], name=op.f("fk_disbursements_institution_id")),
        sa.ForeignKeyConstraint(["filing_id"], ["filings.id"], name=op.f("fk_disbursements_filing_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_disbursements_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursements")),
        sa.UniqueConstraint("filing_id", name=op.f("uq_disbursements_filing_id")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_disbursements_claim_id")),
    )
    op.create_index(op.f("ix_disbursements_person_id_id"), "disbursements", ["person_id", "id"])
    op.create_index(op.f("ix_disbursements_institution_id_id"), "disbursements", ["institution_id", "id"])
    op.create_index(op.f("ix_disbursements_region_code_id"), "disbursements", ["region_code", "id"])
    op.create_table(
        "disbursement_entries",
        sa.Column("disbursement_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column(
            "amount_fen",
            sa.BigInteger(),
            nullable=False,
            comment="negative out of the account, positive into it",
        ),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_disbursement_entries_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["disbursement_id"], ["disbursements.id"], name=op.f("fk_disbursement_entries_disbursement_id")
        ),
        sa.PrimaryKeyConstraint("disbursement_id", "account", name=op.f("pk_disbursement_entries")),
    )


def _add_agreements() -> None:
    with op.batch_alter_table("institutions", recreate=_recreate()) as institutions:
        institutions.add_column(sa.Column("suspended_on", sa.Date(), comment="first day of a suspension that lasts"))
    op.create_table(
        "agreement_periods",
        sa.Column("institution_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, 3 … of the institution"),
        sa.Column("first_on", sa.Date(), nullable=False, comment="days of an agreement that are over, both included"),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_agreement_periods_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_agreement_periods_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "number", name=op.f("pk_agreement_periods")),
    )


def _add_settled_postings() -> None:
    op.create_table(
        "settled_postings",
        sa.Column("claim_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "posting", sa.Integer(), autoincrement=False, nullable=False, comment="of the claim; each is paid once"
        ),
        sa.Column("disbursement_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "amount_fen",
            sa.BigInteger(),
            nullable=False,
            comment="due by it; negative where too much had been paid",
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_settled_postings_claim_id")),
        sa.ForeignKeyConstraint(
            ["disbursement_id"], ["disbursements.id"], name=op.f("fk_settled_postings_disbursement_id")
        ),
        sa.PrimaryKeyConstraint("claim_id", "posting", name=op.f("pk_settled_postings")),
    )
    op.create_index(op.f("ix_settled_postings_disbursement_id"), "settled_postings", ["disbursement_id"])


def _know_who_approved() -> None:
    with op.batch_alter_table("filings", recreate=_recreate()) as filings:
        filings.add_column(sa.Column("approver_id", sa.BigInteger(), comment="the clerk who approved it"))
        filings.create_foreign_key(op.f("fk_filings_approver_id"), "personas", ["approver_id"], ["id"])
    # Whoever holds it has approved it, but for what was handed over since; then it is somebody else who may not pay.
    op.execute("UPDATE filings SET approver_id = holder_id WHERE status = 'APPROVED'")


def _keep_ratings() -> None:
    of_low = "last day for putting a low rating right; null where none is low"
    with op.batch_alter_table("filings", recreate=_recreate()) as filings:
        filings.add_column(sa.Column("rating", sa.Text(), comment="what whoever applied said of it once it had ended"))
        filings.add_column(sa.Column("rating_comment", sa.Text()))
        filings.add_column(sa.Column("rated_at", sa.BigInteger()))
        filings.add_column(sa.Column("rectify_by", sa.Date(), comment=of_low))
        filings.add_column(sa.Column("rectified_at", sa.BigInteger()))
        filings.add_column(sa.Column("rectification", sa.Text(), comment="what was done about a low rating"))
        for name, rule in (
            ("rating_has_time", "(rating IS NULL) = (rated_at IS NULL)"),
            ("rectified_has_text", "(rectified_at IS NULL) = (rectification IS NULL)"),
            ("rectified_was_due", "rectified_at IS NULL OR rectify_by IS NOT NULL"),
        ):
            filings.create_check_constraint(op.f(f"ck_filings_{name}"), rule)


def _add_out_of_area_records() -> None:
    op.create_table(
        "out_of_area_records",
        sa.Column("filing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False, comment="where care is paid as at home"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), comment="null: it has none"),
        sa.CheckConstraint(
            "last_day IS NULL OR first_day <= last_day", name=op.f("ck_out_of_area_records_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(["filing_id"], ["filings.id"], name=op.f("fk_out_of_area_records_filing_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_out_of_area_records_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_out_of_area_records_region_code")),
        sa.PrimaryKeyConstraint("filing_id", name=op.f("pk_out_of_area_records")),
    )
    op.create_index(op.f("ix_out_of_area_records_person_id"), "out_of_area_records", ["person_id"])
