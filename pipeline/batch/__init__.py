"""Many uploads of many applicants: who they are, which file is whose, what became of it, and where it stands."""

from redact.pipeline.batch.headings import Column, Field
from redact.pipeline.batch.lint import Remark
from redact.pipeline.batch.roster import Roster, RosterRow, SetAside, read_roster

__all__ = ["Column", "Field", "Remark", "Roster", "RosterRow", "SetAside", "read_roster"]
