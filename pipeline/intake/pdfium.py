"""PDF pages by pypdfium2: the second renderer, which shares no code with the first. Runs in the child alone."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pypdfium2
import pypdfium2.raw as raw

from redact.errors import DamagedError, EncryptedError
from redact.page import Page
from redact.pipeline.intake import doubts, tone
from redact.pipeline.medium import Codec, IntakePage, Medium
from redact.policy import Limits, Raster


class Pdfium:
    """A PDF, drawn plainly at `raster.dpi`. pdfium ignores UserUnit and reports no loss: it is no first renderer."""

    def __init__(self, content: bytes, limits: Limits, raster: Raster) -> None:
        try:
            self._file = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
                raise EncryptedError from None
            raise DamagedError(what="no readable structure") from None
        self._file.init_forms()
        self._limits, self._raster = limits, raster

    @property
    def page_count(self) -> int:
        return len(self._file)

    @property
    def doubts(self) -> tuple[str, ...]:
        return ()

    def page(self, number: int) -> IntakePage:
        """Return a page as pdfium draws it, annotations and fields on."""
        page = self._file[number - 1]
        width, height = page.get_size()
        scale = min(self._raster.dpi / 72, sqrt(self._limits.page_pixels / (width * height)))
        bitmap = page.render(scale=scale, may_draw_forms=True, draw_annots=True, rev_byteorder=True, fill_color=(255, 255, 255, 255))
        drawn = bitmap.to_numpy()
        pixels = np.ascontiguousarray(
            drawn[:, :, :3] if drawn.ndim == 3 and drawn.shape[2] >= 3 else np.repeat(drawn.reshape(*drawn.shape[:2], 1), 3, 2)
        )
        medium = Medium(Codec.LOSSLESS, (width, height), tone.has_no_colour(pixels))
        return IntakePage(Page(number, pixels, scale * 72), medium, (doubts.BLANK,) if tone.is_blank(pixels) else ())
