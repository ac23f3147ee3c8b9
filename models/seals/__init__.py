"""Seals: found by colour and shape."""
