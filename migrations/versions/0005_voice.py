"""How the house speaks about a collection, beside the general setting."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column. Empty means as everywhere else."""
    op.add_column("collections", sa.Column("voice", sa.Text(), nullable=False, server_default=""))
