"""Let schools stand in the order of their numbers

Revision ID: 20261124_0130
Revises: 20261123_1210
"""

from alembic import op

revision = "20261124_0130"
down_revision = "20261123_1210"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # As app.text.numbered_sort_key: every number is padded to six digits; longer ones stay.
    op.execute(
        r"""
        UPDATE organisation SET sort_key = regexp_replace(
            regexp_replace(sort_key, '(\d+)', '00000\1', 'g'), '0{0,5}(\d{6,})', '\1', 'g')
        WHERE sort_key ~ '\d'
        """
    )


def downgrade() -> None:
    op.execute(r"UPDATE organisation SET sort_key = regexp_replace(sort_key, '0+(\d)', '\1', 'g')")
