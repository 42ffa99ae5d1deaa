"""Guard logs and frozen documents against edits

Revision ID: 20261123_1210
Revises: 20261123_1200
"""

from alembic import op

revision = "20261123_1210"
down_revision = "20261123_1200"
branch_labels = None
depends_on = None

INSERT_ONLY = (
    "instrument_version",
    "scoring",
    "response_log",
    "registration_log",
    "attendance_scan",
    "audit_entry",
    "consent_text",
)


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('opora.purge', true) = 'on' THEN
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for table in INSERT_ONLY:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    # A published snapshot is what people were shown: it never changes; its work copy may.
    op.execute(
        "CREATE TRIGGER published_is_frozen BEFORE UPDATE OR DELETE ON snapshot "
        "FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER published_is_frozen ON snapshot")
    for table in INSERT_ONLY:
        op.execute(f"DROP TRIGGER insert_only ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
