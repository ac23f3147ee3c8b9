"""Reports made from the trade's types, with pictures drawn here."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from redact import Box, Category, Check, Engine, NotRun, Page, Passed, Redaction, Shape
from redact.pipeline.report import IllustratedReport, thumbnail
from redact.report import Material, PageReport, PolicyRecord, Report

WIDTH, HEIGHT = 400, 600
PAGE_CHECKS = ("intake", "find.text", "find.faces", "legible", "pixels.solid", "second-reader.ppocr-v4", "second-look.faces")


def redactions() -> tuple[Redaction, ...]:
    return (
        Redaction("name-1", Category.NAME, Box(40, 40, 120, 70).quad(), "name.exact"),
        Redaction("seal-2", Category.SEAL, Box(200, 300, 320, 420).quad(), "seal.red", shape=Shape.ELLIPSE),
        Redaction("eyes-3", Category.EYES, Box(300, 60, 380, 80).quad(), "eyes.certain", "manual:clerk-7"),
    )


def passed(number: int, *, but: Check | None = None) -> tuple[Check, ...]:
    """Return a page's checks, all passed but the one given, which takes its namesake's place."""
    return tuple(but if but is not None and but.name == name else Passed(name, number) for name in PAGE_CHECKS)


def page_report(number: int = 1, checks: tuple[Check, ...] | None = None) -> PageReport:
    return PageReport(number, WIDTH, HEIGHT, 150.0, redactions(), passed(number) if checks is None else checks, {"read": 0.97})


def report(*pages: PageReport) -> Report:
    pages = pages or (page_report(),)
    return Report(
        input=Material("1a" * 32, "pdf", len(pages)),
        output=Material("2b" * 32, "pdf", len(pages)),
        policy=PolicyRecord("urumqi-2025", "1", "3c" * 32),
        applicant="4d" * 32,
        engines=(Engine("ppocr-v6", "1"), Engine("tesseract", "5.3.0")),
        pages=pages,
        checks=(Passed("structure"), Passed("bytes.needles")),
        remarks=("leaves-visible.number",),
        timings={"find": 1.25},
    )


def page(number: int = 1, shade: int = 250) -> Page:
    """Return a masked page: light paper with a dark written line at (40..360, 500..520)."""
    pixels = np.full((HEIGHT, WIDTH, 3), shade, np.uint8)
    pixels[500:520, 40:360] = np.tile(np.array([20, 230], np.uint8).repeat(4), 40)[None, :, None]
    return Page(number, pixels, 150.0)


def illustrated(made: Report | None = None) -> IllustratedReport:
    made = made or report()
    return IllustratedReport(made, tuple(thumbnail(page(row.number)) for row in made.pages))


def needs_review() -> Report:
    return report(page_report(1, passed(1, but=NotRun("find.faces", "engine.crashed", 1))))


def with_remarks(*remarks: str) -> Report:
    return report(replace(page_report(), remarks=remarks))
