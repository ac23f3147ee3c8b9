"""What other programs hand in and take out: the plan and the applicant, as JSON."""

from redact.pipeline.exchange.applicant import applicant_from_json
from redact.pipeline.exchange.plan import plan_from_json, plan_to_json

__all__ = ["applicant_from_json", "plan_from_json", "plan_to_json"]
