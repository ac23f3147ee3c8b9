"""MuPDF's pixels as arrays. Runs in the child alone."""

from __future__ import annotations

import numpy as np
import pymupdf

from redact.page import Pixels


def draw(page: pymupdf.Page, scale: float) -> Pixels:
    """Return the page as a viewer shows it, RGB (H, W, 3), at `scale` px per pt: annotations and fields on."""
    return array(page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csRGB, alpha=False, annots=True))


def array(pixmap: pymupdf.Pixmap) -> Pixels:
    """Return the samples as (H, W, n) uint8: a copy, since the memory is the pixmap's and goes with it."""
    rows = np.frombuffer(pixmap.samples_mv, np.uint8).reshape(pixmap.height, pixmap.stride)
    return rows[:, : pixmap.width * pixmap.n].reshape(pixmap.height, pixmap.width, pixmap.n).copy()


def turn(page: pymupdf.Page) -> pymupdf.Matrix:
    """Return the matrix from the points that MuPDF lists marks in, which ignore /Rotate, to those of the page as it is seen.

    Not pymupdf's `rotation_matrix`: that one forgets UserUnit.
    """
    width, height = page.rect.width, page.rect.height
    matrices = {0: (1, 0, 0, 1, 0, 0), 90: (0, 1, -1, 0, width, 0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0, height)}
    return pymupdf.Matrix(*matrices[page.rotation % 360])
