"""Many uploads of many applicants: who they are, which file is whose, what became of it, and where it stands."""
