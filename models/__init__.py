"""Engines that look at a page, the manifest of their weights, and their cards."""

if __name__ != "redact.models":
    raise ImportError("import this package as redact.models: under another name every class would exist twice")
