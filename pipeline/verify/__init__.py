"""Sixth stop: the written bytes are opened again and attacked.

`proof` is the stop's way: write, attack, repair, and say what holds. `attack` reads and looks at a written page;
`pixels` holds it against the promise; `structure`, `needles` and `inspect` take the bytes apart, in a child process.
"""

from redact.pipeline.verify.proof import Proof, prove, prove_foreign

__all__ = ["Proof", "prove", "prove_foreign"]
