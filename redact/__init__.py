"""Masks an applicant's name, work unit, seal and eyes on title-review materials, and proves it on the written bytes.

This package hands out the nouns; the verbs live in `redact.pipeline`.
"""

from redact.applicant import Applicant
from redact.check import Check, Failed, NotRun, Passed, Status
from redact.errors import (
    ApplicantError,
    DamagedError,
    DestinationError,
    EmptyError,
    EncryptedError,
    EngineError,
    LimitError,
    MissingError,
    NotAFileError,
    PlanError,
    PolicyError,
    RedactError,
    RosterEmptyError,
    RosterEncryptedError,
    RosterError,
    RosterHeadingsError,
    RosterMappingError,
    RosterUnreadableError,
    UnreadableError,
    UnsupportedError,
    UsageError,
    WeightsError,
)
from redact.finding import Category, Engine, Finding, Look, Looked, NotLooked, Shape
from redact.geometry import Box, Quad
from redact.page import Page, Word
from redact.policy import Policy
from redact.redaction import Plan, PlanPage, Redaction
from redact.report import Report

__version__ = "0.1.0"

__all__ = [
    "Applicant",
    "ApplicantError",
    "Box",
    "Category",
    "Check",
    "DamagedError",
    "DestinationError",
    "EmptyError",
    "EncryptedError",
    "Engine",
    "EngineError",
    "Failed",
    "Finding",
    "LimitError",
    "Look",
    "Looked",
    "MissingError",
    "NotAFileError",
    "NotLooked",
    "NotRun",
    "Page",
    "Passed",
    "Plan",
    "PlanError",
    "PlanPage",
    "Policy",
    "PolicyError",
    "Quad",
    "RedactError",
    "Redaction",
    "Report",
    "RosterEmptyError",
    "RosterEncryptedError",
    "RosterError",
    "RosterHeadingsError",
    "RosterMappingError",
    "RosterUnreadableError",
    "Shape",
    "Status",
    "UnreadableError",
    "UnsupportedError",
    "UsageError",
    "WeightsError",
    "Word",
    "__version__",
]
