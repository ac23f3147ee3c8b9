"""Sixth stop: the written bytes are opened again and attacked.

`proof` is the stop's way: write, attack, repair, and say what holds. `attack` reads and looks at a written page;
`pixels` holds it against the promise; `file` takes the whole file: `inspection` asks a child process, in which `inspect`,
`structure`, `parts` and `needles` take the bytes apart. Nothing is imported here, so that the child loads no engine.
"""
