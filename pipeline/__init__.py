"""From upload to report: intake, find, decide, mask, write, verify, report, and the doors."""

if __name__ != "redact.pipeline":
    raise ImportError("import this package as redact.pipeline: under another name every class would exist twice")
