"""How a batch stands: tables for a spreadsheet, and pages for the clerk who watches it and acts on it."""

from redact.pipeline.batch.summary.notes import ReportNotes
from redact.pipeline.batch.summary.state import BatchState
from redact.pipeline.batch.summary.written import write_summary

__all__ = ["BatchState", "ReportNotes", "write_summary"]
