"""Sixth stop: the written bytes are opened again and attacked."""
