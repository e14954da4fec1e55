"""The installation: one row that tells this database from others, and what was loaded into it."""

from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Base, CreatedAt, Moment


class InstallationRow(Base):
    """The id is written to the bucket too, so that a sweep never runs over another installation's objects.

    The addresses of files are signed with the secret, which was drawn when the database was migrated.
    """

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("only_row", name="only_row"),)

    only_row: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
    id: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    file_secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]
    starter_types_loaded_at: Mapped[Moment | None]
    demo_loaded_at: Mapped[Moment | None]
