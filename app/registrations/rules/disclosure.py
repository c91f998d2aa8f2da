"""Why somebody of the office may see what is masked."""

from __future__ import annotations

from app.core.text import N_

REASONS = {
    "emergency": N_("有人受伤或走失，要联系"),
    "correction": N_("本人要求核对、更正"),
    "insurance": N_("办保险或理赔"),
    "complaint": N_("处理投诉或争议"),
}
"""Code for the trail → words."""
