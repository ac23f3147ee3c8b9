"""Finding an applicant's writings in what the readers read."""
