"""QR and bar codes, which resolve to a person."""
