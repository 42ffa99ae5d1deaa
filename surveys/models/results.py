"""What a wave says about its scales: how far their scores can be trusted."""

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class ScaleStatistics(Model):
    """One scale in one closed wave under one scoring; responses with quality flags are left out."""

    __tablename__ = "scale_statistics"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True)
    scoring_id: Mapped[int] = mapped_column(ForeignKey("scoring.id"), primary_key=True)
    scale: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(Integer)  # people behind mean, SD and reliability alike
    mean: Mapped[float | None]
    sd: Mapped[float | None]
    reliability: Mapped[float | None]
    standard_error: Mapped[float | None]  # of measurement; None where too few people answered
