"""Faces are detected, never recognised: a band over the eyes is all that is taken from them."""
