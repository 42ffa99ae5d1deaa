"""The first schema

Revision ID: 20261123_1200
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261123_1200"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_ru", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("synonyms", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_entry")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_catalogue_entry_kind_code")),
    )
    op.create_table(
        "consent_text",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "account",
                "diagnostics",
                "dissemination",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body_ru", sa.String(), nullable=False),
        sa.Column("body_en", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_consent_text_kind_version")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "instrument",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("code", name=op.f("uq_instrument_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_instrument_public_id")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "payload", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "dead",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("run_after", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("progress_done", sa.BigInteger(), nullable=True),
        sa.Column("progress_total", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["queue", "run_after"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_job_finished",
        "job",
        ["finished_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('done', 'dead')"),
    )
    op.create_index(
        "ix_job_leased", "job", ["leased_until"], unique=False, postgresql_where=sa.text("state = 'running'")
    )
    op.create_index(
        "uq_job_waiting_key",
        "job",
        ["kind", "key"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "region",
                "municipality",
                "school",
                "centre",
                "institute",
                "authority",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("profile", sa.String(), nullable=True),
        sa.Column("opened_year", sa.BigInteger(), nullable=True),
        sa.Column("pupils", sa.BigInteger(), nullable=True),
        sa.Column("staff", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisation_public_id")),
    )
    op.create_index(op.f("ix_organisation_parent_id"), "organisation", ["parent_id"], unique=False)
    op.create_table(
        "sign_in_attempts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(op.f("ix_sign_in_attempts_last_at"), "sign_in_attempts", ["last_at"], unique=False)
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "timed_run",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_timed_run")),
    )
    op.create_table(
        "cluster",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("district_name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("help_name", sa.String(), nullable=True),
        sa.Column("help_phone", sa.String(), nullable=True),
        sa.Column("operator_name", sa.String(), nullable=True),
        sa.Column("operator_address", sa.String(), nullable=True),
        sa.Column("core_organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["core_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_cluster_core_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cluster_public_id")),
    )
    op.create_table(
        "instrument_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("instrument_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instrument.id"], name=op.f("fk_instrument_version_instrument_id_instrument")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_version")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_instrument_version_content_hash")),
        sa.UniqueConstraint(
            "instrument_id", "number", name=op.f("uq_instrument_version_instrument_id_number")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_instrument_version_public_id")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_person_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_audit_entry_cluster_id_cluster")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_object", "audit_entry", ["object_kind", "object_id"], unique=False)
    op.create_table(
        "cluster_membership",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "until_on IS NULL OR from_on IS NULL OR from_on <= until_on",
            name=op.f("ck_cluster_membership_period"),
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_cluster_membership_cluster_id_cluster")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_cluster_membership_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_membership")),
        sa.UniqueConstraint(
            "cluster_id", "organisation_id", name=op.f("uq_cluster_membership_cluster_id_organisation_id")
        ),
    )
    op.create_index(
        op.f("ix_cluster_membership_organisation_id"), "cluster_membership", ["organisation_id"], unique=False
    )
    op.create_table(
        "diagnostic",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_diagnostic_cluster_id_cluster")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagnostic")),
        sa.UniqueConstraint("public_id", name=op.f("uq_diagnostic_public_id")),
    )
    op.create_index(op.f("ix_diagnostic_cluster_id"), "diagnostic", ["cluster_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("surname", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("patronymic", sa.String(), nullable=True),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("subjects", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("extra_category", sa.String(), nullable=True),
        sa.Column("service_band", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column(
            "email_state",
            sa.Enum(
                "usable",
                "shared",
                "failing",
                name="email_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="usable",
            nullable=False,
        ),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("profile_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_person_cluster_id_cluster")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
    )
    op.create_index("ix_person_names", "person", ["cluster_id", "sort_key"], unique=False)
    op.create_index(op.f("ix_person_organisation_id"), "person", ["organisation_id"], unique=False)
    op.create_table(
        "plan_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("period_text", sa.String(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("executor", sa.String(), nullable=True),
        sa.Column("expected_result", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "in_progress",
                "done",
                "moved",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="planned",
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('moved', 'dropped') OR state_reason IS NOT NULL", name=op.f("ck_plan_item_reason")
        ),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_plan_item_cluster_id_cluster")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_item")),
        sa.UniqueConstraint("public_id", name=op.f("uq_plan_item_public_id")),
    )
    op.create_index(op.f("ix_plan_item_cluster_id"), "plan_item", ["cluster_id"], unique=False)
    op.create_table(
        "scoring",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("scoring_hash", sa.String(length=64), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["instrument_version.id"], name=op.f("fk_scoring_version_id_instrument_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring")),
        sa.UniqueConstraint("version_id", "scoring_hash", name=op.f("uq_scoring_version_id_scoring_hash")),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_series_cluster_id_cluster")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("public_id", name=op.f("uq_series_public_id")),
    )
    op.create_index(op.f("ix_series_cluster_id"), "series", ["cluster_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("username", sa.String(), nullable=True),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(), nullable=True),
        sa.Column("tf_last_counter", sa.BigInteger(), nullable=True),
        sa.Column("mf_recovery_codes", sa.UnicodeText(), nullable=True),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("email IS NOT NULL OR username IS NOT NULL", name=op.f("ck_account_login")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_account_fs_webauthn_user_handle")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_calendar_feed_link_hash")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("consent_text_id", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consent_text_id"], ["consent_text.id"], name=op.f("fk_consent_consent_text_id_consent_text")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(
        "uq_consent_in_force",
        "consent",
        ["person_id", "consent_text_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("headings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "answers", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "uploaded",
                "loading",
                "applied",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="uploaded",
            nullable=False,
        ),
        sa.Column("outcome", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'applied') = (applied_at IS NOT NULL)", name=op.f("ck_import_run_applied")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_import_run_author_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_import_run_cluster_id_cluster")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_run_public_id")),
    )
    op.create_index(op.f("ix_import_run_author_id"), "import_run", ["author_id"], unique=False)
    op.create_index("ix_import_run_kind", "import_run", ["cluster_id", "kind", "created_at"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("period", sa.String(), server_default="", nullable=False),
        sa.Column(
            "payload", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                "unknown",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="queued",
            nullable=False,
        ),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_letter_cluster_id_cluster")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_letter_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint(
            "kind",
            "person_id",
            "subject_key",
            "period",
            name=op.f("uq_letter_kind_person_id_subject_key_period"),
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_letter_public_id")),
    )
    op.create_index(
        "ix_letter_due",
        "letter",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'sending')"),
    )
    op.create_index(op.f("ix_letter_person_id"), "letter", ["person_id"], unique=False)
    op.create_index("ix_letter_states", "letter", ["cluster_id", "kind", "state"], unique=False)
    op.create_table(
        "letter_opt_out",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_letter_opt_out_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_letter_opt_out")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "teacher",
                "host",
                "registrar",
                "mentor",
                "centre_head",
                "director",
                "coordinator",
                "council_member",
                "adviser",
                "observer",
                "authority",
                "paper_operator",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "until_on IS NULL OR from_on IS NULL OR from_on <= until_on", name=op.f("ck_role_grant_period")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_role_grant_cluster_id_cluster")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_role_grant_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "person_id",
            "role",
            "cluster_id",
            "organisation_id",
            "from_on",
            name=op.f("uq_role_grant_person_id_role_cluster_id_organisation_id_from_on"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_role_grant_cluster_id"), "role_grant", ["cluster_id"], unique=False)
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_table(
        "roster_entry",
        sa.Column("diagnostic_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["diagnostic_id"], ["diagnostic.id"], name=op.f("fk_roster_entry_diagnostic_id_diagnostic")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_roster_entry_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("diagnostic_id", "person_id", name=op.f("pk_roster_entry")),
    )
    op.create_table(
        "seminar_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("what_to_bring", sa.String(), nullable=True),
        sa.Column(
            "competences", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("subjects", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("level", sa.String(), server_default="municipal", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "closed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="draft",
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sign_up_opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sign_up_closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("online_url", sa.String(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("offer_hours", sa.Integer(), server_default=sa.text("48"), nullable=False),
        sa.Column("cut_off_hours", sa.Integer(), server_default=sa.text("3"), nullable=False),
        sa.Column("calendar_sequence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cancelled_reason", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_reason IS NOT NULL)",
            name=op.f("ck_seminar_session_cancelled"),
        ),
        sa.CheckConstraint(
            "0 <= cut_off_hours AND cut_off_hours <= offer_hours", name=op.f("ck_seminar_session_filling")
        ),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_seminar_session_capacity")),
        sa.CheckConstraint("seats_taken BETWEEN 0 AND capacity", name=op.f("ck_seminar_session_seats")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_seminar_session_period")),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_seminar_session_cluster_id_cluster")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_seminar_session_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_seminar_session_series_id_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seminar_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_seminar_session_public_id")),
    )
    op.create_index("ix_seminar_session_dates", "seminar_session", ["cluster_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_seminar_session_series_id"), "seminar_session", ["series_id"], unique=False)
    op.create_table(
        "session_wish",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("competence", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_session_wish_cluster_id_cluster")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_session_wish_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_wish")),
    )
    op.create_index(op.f("ix_session_wish_cluster_id"), "session_wish", ["cluster_id"], unique=False)
    op.create_index(
        "uq_session_wish_open",
        "session_wish",
        ["person_id", "competence"],
        unique=True,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("diagnostic_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "charts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "basis", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["diagnostic_id"], ["diagnostic.id"], name=op.f("fk_snapshot_diagnostic_id_diagnostic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint(
            "diagnostic_id", "kind", "number", name=op.f("uq_snapshot_diagnostic_id_kind_number")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_snapshot_public_id")),
    )
    op.create_index(
        "uq_snapshot_working",
        "snapshot",
        ["diagnostic_id", "kind"],
        unique=True,
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.create_table(
        "wave",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("diagnostic_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "starting",
                "interim",
                "final",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "preparation",
                "open",
                "closed",
                "scored",
                "published",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="preparation",
            nullable=False,
        ),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sends_reminders", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_wave_period")),
        sa.ForeignKeyConstraint(
            ["diagnostic_id"], ["diagnostic.id"], name=op.f("fk_wave_diagnostic_id_diagnostic")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["instrument_version.id"], name=op.f("fk_wave_version_id_instrument_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("diagnostic_id", "kind", name=op.f("uq_wave_diagnostic_id_kind")),
        sa.UniqueConstraint("public_id", name=op.f("uq_wave_public_id")),
    )
    op.create_index(
        "uq_wave_open", "wave", ["diagnostic_id"], unique=True, postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("wave_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paper_code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assignment_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_assignment_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_assignment_link_hash")),
        sa.UniqueConstraint("paper_code", name=op.f("uq_assignment_paper_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assignment_public_id")),
        sa.UniqueConstraint("wave_id", "person_id", name=op.f("uq_assignment_wave_id_person_id")),
    )
    op.create_index("ix_assignment_person", "assignment", ["person_id"], unique=False)
    op.create_table(
        "attendance_scan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "mark",
            sa.Enum("present", "absent", name="mark", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(), server_default="list", nullable=False),
        sa.Column("nonce", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attendance_scan_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["seminar_session.id"], name=op.f("fk_attendance_scan_session_id_seminar_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_scan")),
        sa.UniqueConstraint("nonce", name=op.f("uq_attendance_scan_nonce")),
    )
    op.create_index(
        "ix_attendance_scan_latest", "attendance_scan", ["session_id", "person_id", "id"], unique=False
    )
    op.create_index(op.f("ix_attendance_scan_person_id"), "attendance_scan", ["person_id"], unique=False)
    op.create_table(
        "material",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column(
            "competences", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "access",
            sa.Enum(
                "public",
                "cluster",
                "registered",
                "attended",
                name="access",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("available_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("available_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_material_cluster_id_cluster")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_material_created_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_material_series_id_series")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["seminar_session.id"], name=op.f("fk_material_session_id_seminar_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
        sa.UniqueConstraint("public_id", name=op.f("uq_material_public_id")),
    )
    op.create_index(op.f("ix_material_cluster_id"), "material", ["cluster_id"], unique=False)
    op.create_index("ix_material_series", "material", ["series_id", "session_id"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invitation",
                "recovery",
                "slip",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_one_time_link_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    op.create_index(
        "uq_one_time_link_live",
        "one_time_link",
        ["account_id", "kind"],
        unique=True,
        postgresql_where=sa.text("used_at IS NULL AND voided_at IS NULL"),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.UnicodeText(), nullable=True),
        sa.Column("extensions", sa.String(), nullable=True),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("usage", sa.String(), nullable=False),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(), nullable=False),
        sa.Column(
            "create_datetime", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["account.id"], name=op.f("fk_passkey_user_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "approval",
            sa.Enum(
                "not_needed",
                "pending",
                "approved",
                "declined",
                "expired",
                name="approval",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="not_needed",
            nullable=False,
        ),
        sa.Column(
            "place",
            sa.Enum(
                "queued",
                "offered",
                "confirmed",
                "left",
                name="place",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "left_reason",
            sa.Enum(
                "cancelled",
                "declined",
                "offer_expired",
                "removed",
                "session_cancelled",
                name="left_reason_code",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "attended", "absent", name="outcome", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calendar_sequence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(place = 'left') = (left_reason IS NOT NULL)", name=op.f("ck_registration_left_reason")
        ),
        sa.CheckConstraint(
            "(place = 'offered') = (offer_expires_at IS NOT NULL)", name=op.f("ck_registration_offer")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_registration_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["seminar_session.id"], name=op.f("fk_registration_session_id_seminar_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("public_id", name=op.f("uq_registration_public_id")),
    )
    op.create_index(
        "ix_registration_offers",
        "registration",
        ["offer_expires_at"],
        unique=False,
        postgresql_where=sa.text("offer_expires_at IS NOT NULL"),
    )
    op.create_index("ix_registration_person", "registration", ["person_id", "place"], unique=False)
    op.create_index(
        "ix_registration_queue",
        "registration",
        ["session_id", sa.literal_column("priority DESC"), "queued_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_registration_active",
        "registration",
        ["session_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("place <> 'left'"),
    )
    op.create_table(
        "scale_statistics",
        sa.Column("wave_id", sa.BigInteger(), nullable=False),
        sa.Column("scoring_id", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=True),
        sa.Column("sd", sa.Double(), nullable=True),
        sa.Column("reliability", sa.Double(), nullable=True),
        sa.Column("standard_error", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["scoring_id"], ["scoring.id"], name=op.f("fk_scale_statistics_scoring_id_scoring")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_scale_statistics_wave_id_wave"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", "scoring_id", "scale", name=op.f("pk_scale_statistics")),
    )
    op.create_table(
        "session_host",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_session_host_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["seminar_session.id"],
            name=op.f("fk_session_host_session_id_seminar_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_session_host")),
    )
    op.create_index(op.f("ix_session_host_person_id"), "session_host", ["person_id"], unique=False)
    op.create_table(
        "session_slot",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("online_url", sa.String(), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_session_slot_period")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["seminar_session.id"],
            name=op.f("fk_session_slot_session_id_seminar_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_slot")),
        sa.UniqueConstraint("public_id", name=op.f("uq_session_slot_public_id")),
    )
    op.create_index(op.f("ix_session_slot_session_id"), "session_slot", ["session_id"], unique=False)
    op.create_table(
        "material_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("material_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("downloads", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "(sha256 IS NULL) <> (url IS NULL)", name=op.f("ck_material_version_file_or_link")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_material_version_created_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["material_id"], ["material.id"], name=op.f("fk_material_version_material_id_material")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["stored_file.sha256"], name=op.f("fk_material_version_sha256_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_version")),
        sa.UniqueConstraint("material_id", "number", name=op.f("uq_material_version_material_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_material_version_public_id")),
    )
    op.create_index(op.f("ix_material_version_sha256"), "material_version", ["sha256"], unique=False)
    op.create_table(
        "registration_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_person_id", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("from_place", sa.String(), nullable=True),
        sa.Column("to_place", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_registration_log_registration_id_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_log")),
    )
    op.create_index(
        op.f("ix_registration_log_registration_id"), "registration_log", ["registration_id"], unique=False
    )
    op.create_table(
        "response",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("consent_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(), server_default="ru", nullable=False),
        sa.Column(
            "answers", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("order_seed", sa.Integer(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "seconds", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "clients", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("device", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submit_key", sa.String(), nullable=True),
        sa.Column("flags", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (submit_key IS NULL)", name=op.f("ck_response_submitted")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_response_assignment_id_assignment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_response_consent_id_consent"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_response_assignment_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_response_public_id")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "slot_speaker",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("guest_name", sa.String(), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) <> (guest_name IS NULL)", name=op.f("ck_slot_speaker_who")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_slot_speaker_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["session_slot.id"],
            name=op.f("fk_slot_speaker_slot_id_session_slot"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_speaker")),
    )
    op.create_index(op.f("ix_slot_speaker_person_id"), "slot_speaker", ["person_id"], unique=False)
    op.create_index(op.f("ix_slot_speaker_slot_id"), "slot_speaker", ["slot_id"], unique=False)
    op.create_table(
        "response_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("overwritten", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
            name=op.f("fk_response_log_response_id_response"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_log")),
    )
    op.create_index(op.f("ix_response_log_response_id"), "response_log", ["response_id"], unique=False)
    op.create_table(
        "scale_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("starting_response_id", sa.BigInteger(), nullable=False),
        sa.Column("final_response_id", sa.BigInteger(), nullable=False),
        sa.Column("scoring_id", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.String(), nullable=False),
        sa.Column("starting_percent", sa.Double(), nullable=False),
        sa.Column("final_percent", sa.Double(), nullable=False),
        sa.Column("starting_level", sa.String(), nullable=True),
        sa.Column("final_level", sa.String(), nullable=True),
        sa.Column("reliable_change_index", sa.Double(), nullable=True),
        sa.Column("threshold", sa.Double(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["final_response_id"],
            ["response.id"],
            name=op.f("fk_scale_change_final_response_id_response"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["scoring_id"], ["scoring.id"], name=op.f("fk_scale_change_scoring_id_scoring")
        ),
        sa.ForeignKeyConstraint(
            ["starting_response_id"],
            ["response.id"],
            name=op.f("fk_scale_change_starting_response_id_response"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scale_change")),
        sa.UniqueConstraint(
            "starting_response_id",
            "final_response_id",
            "scoring_id",
            "scale",
            name=op.f("uq_scale_change_starting_response_id_final_response_id_scoring_id_scale"),
        ),
    )
    op.create_index(
        op.f("ix_scale_change_final_response_id"), "scale_change", ["final_response_id"], unique=False
    )
    op.create_index(
        op.f("ix_scale_change_starting_response_id"), "scale_change", ["starting_response_id"], unique=False
    )
    op.create_table(
        "score",
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("scoring_id", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.String(), nullable=False),
        sa.Column("raw", sa.Double(), nullable=True),
        sa.Column("percent", sa.Double(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("standard_error", sa.Double(), nullable=True),
        sa.Column("n_answered", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_score_response_id_response"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["scoring_id"], ["scoring.id"], name=op.f("fk_score_scoring_id_scoring")),
        sa.PrimaryKeyConstraint("response_id", "scoring_id", "scale", name=op.f("pk_score")),
    )
    # ### end Alembic commands ###


def downgrade() -> None:
    op.drop_table("score")
    op.drop_index(op.f("ix_scale_change_starting_response_id"), table_name="scale_change")
    op.drop_index(op.f("ix_scale_change_final_response_id"), table_name="scale_change")
    op.drop_table("scale_change")
    op.drop_index(op.f("ix_response_log_response_id"), table_name="response_log")
    op.drop_table("response_log")
    op.drop_index(op.f("ix_slot_speaker_slot_id"), table_name="slot_speaker")
    op.drop_index(op.f("ix_slot_speaker_person_id"), table_name="slot_speaker")
    op.drop_table("slot_speaker")
    op.drop_table("response")
    op.drop_index(op.f("ix_registration_log_registration_id"), table_name="registration_log")
    op.drop_table("registration_log")
    op.drop_index(op.f("ix_material_version_sha256"), table_name="material_version")
    op.drop_table("material_version")
    op.drop_index(op.f("ix_session_slot_session_id"), table_name="session_slot")
    op.drop_table("session_slot")
    op.drop_index(op.f("ix_session_host_person_id"), table_name="session_host")
    op.drop_table("session_host")
    op.drop_table("scale_statistics")
    op.drop_index(
        "uq_registration_active", table_name="registration", postgresql_where=sa.text("place <> 'left'")
    )
    op.drop_index("ix_registration_queue", table_name="registration")
    op.drop_index("ix_registration_person", table_name="registration")
    op.drop_index(
        "ix_registration_offers",
        table_name="registration",
        postgresql_where=sa.text("offer_expires_at IS NOT NULL"),
    )
    op.drop_table("registration")
    op.drop_table("passkey")
    op.drop_index(
        "uq_one_time_link_live",
        table_name="one_time_link",
        postgresql_where=sa.text("used_at IS NULL AND voided_at IS NULL"),
    )
    op.drop_table("one_time_link")
    op.drop_index("ix_material_series", table_name="material")
    op.drop_index(op.f("ix_material_cluster_id"), table_name="material")
    op.drop_table("material")
    op.drop_index(op.f("ix_attendance_scan_person_id"), table_name="attendance_scan")
    op.drop_index("ix_attendance_scan_latest", table_name="attendance_scan")
    op.drop_table("attendance_scan")
    op.drop_index("ix_assignment_person", table_name="assignment")
    op.drop_table("assignment")
    op.drop_index("uq_wave_open", table_name="wave", postgresql_where=sa.text("state = 'open'"))
    op.drop_table("wave")
    op.drop_index(
        "uq_snapshot_working", table_name="snapshot", postgresql_where=sa.text("published_at IS NULL")
    )
    op.drop_table("snapshot")
    op.drop_index(
        "uq_session_wish_open", table_name="session_wish", postgresql_where=sa.text("answered_at IS NULL")
    )
    op.drop_index(op.f("ix_session_wish_cluster_id"), table_name="session_wish")
    op.drop_table("session_wish")
    op.drop_index(op.f("ix_seminar_session_series_id"), table_name="seminar_session")
    op.drop_index("ix_seminar_session_dates", table_name="seminar_session")
    op.drop_table("seminar_session")
    op.drop_table("roster_entry")
    op.drop_index(op.f("ix_role_grant_person_id"), table_name="role_grant")
    op.drop_index(op.f("ix_role_grant_cluster_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_table("letter_opt_out")
    op.drop_index("ix_letter_states", table_name="letter")
    op.drop_index(op.f("ix_letter_person_id"), table_name="letter")
    op.drop_index(
        "ix_letter_due", table_name="letter", postgresql_where=sa.text("state IN ('queued', 'sending')")
    )
    op.drop_table("letter")
    op.drop_index("ix_import_run_kind", table_name="import_run")
    op.drop_index(op.f("ix_import_run_author_id"), table_name="import_run")
    op.drop_table("import_run")
    op.drop_index(
        "uq_consent_in_force", table_name="consent", postgresql_where=sa.text("withdrawn_at IS NULL")
    )
    op.drop_table("consent")
    op.drop_table("calendar_feed")
    op.drop_table("account")
    op.drop_index(op.f("ix_series_cluster_id"), table_name="series")
    op.drop_table("series")
    op.drop_table("scoring")
    op.drop_index(op.f("ix_plan_item_cluster_id"), table_name="plan_item")
    op.drop_table("plan_item")
    op.drop_index(op.f("ix_person_organisation_id"), table_name="person")
    op.drop_index("ix_person_names", table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_diagnostic_cluster_id"), table_name="diagnostic")
    op.drop_table("diagnostic")
    op.drop_index(op.f("ix_cluster_membership_organisation_id"), table_name="cluster_membership")
    op.drop_table("cluster_membership")
    op.drop_index("ix_audit_entry_object", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("instrument_version")
    op.drop_table("cluster")
    op.drop_table("timed_run")
    op.drop_table("stored_file")
    op.drop_index(op.f("ix_sign_in_attempts_last_at"), table_name="sign_in_attempts")
    op.drop_table("sign_in_attempts")
    op.drop_index(op.f("ix_organisation_parent_id"), table_name="organisation")
    op.drop_table("organisation")
    op.drop_index("uq_job_waiting_key", table_name="job", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index("ix_job_leased", table_name="job", postgresql_where=sa.text("state = 'running'"))
    op.drop_index("ix_job_finished", table_name="job", postgresql_where=sa.text("state IN ('done', 'dead')"))
    op.drop_index("ix_job_due", table_name="job", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_table("job")
    op.drop_table("instrument")
    op.drop_table("heartbeat")
    op.drop_table("consent_text")
    op.drop_table("catalogue_entry")
    # ### end Alembic commands ###
