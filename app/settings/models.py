"""Values and files that belong to the whole office."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PUBLIC


class Setting(Model):
    """One value that the office has set; without a row the environment's holds."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(40), primary_key=True, info=PUBLIC)
    value: Mapped[Any] = mapped_column(JSON, info=PUBLIC)
    updated_at: Mapped[datetime] = mapped_column()


class StoredFile(Model):
    """A template as the office has edited it; without a row the product's own is used."""

    __tablename__ = "stored_file"

    key: Mapped[str] = mapped_column(String(40), primary_key=True, info=PUBLIC)
    name: Mapped[str] = mapped_column(String(120), info=PUBLIC)
    content: Mapped[bytes] = mapped_column(LargeBinary, info=PUBLIC)
    updated_at: Mapped[datetime] = mapped_column()
