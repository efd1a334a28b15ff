"""When a file was last changed in any way, as the system says: its own time of change may have been set back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column. What is known already differs in it from any file, so that each is looked into once."""
    op.add_column("places", sa.Column("changed", sa.BigInteger(), nullable=False, server_default="0"))
