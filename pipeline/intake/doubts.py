"""What a decoder was not sure of. Each code stands for a way in which something of a page can be lost in silence.

The table is closed: the parent takes no other word from the child.
"""

from __future__ import annotations

from typing import Final

REPAIRED: Final = "pdf.repaired"  # a cut-off PDF is often repaired to blank pages
WARNING: Final = "pdf.warning"  # the renderer skipped or replaced something
PAGE_COUNT: Final = "pdf.page-count"  # the page tree promises another number of pages than it holds
IMAGE: Final = "pdf.image"  # an image on the page cannot be decoded to its end
LAYERS: Final = "pdf.layers-off"  # layers that are switched off would change the page
DYNAMIC_FORM: Final = "pdf.dynamic-form"  # an XFA form: the pages are only a "please wait"
TEXT_LAYER: Final = "pdf.text-layer"  # the text layer was too long or could not be read
BLANK: Final = "page.blank"  # every pixel has the same colour, and something should show
DEPTH: Final = "image.depth"  # pixel values of a kind that does not say which one is white
MORE_PICTURES: Final = "image.more-pictures"  # a second picture in the file that is no smaller copy of the first

ALL: Final = frozenset({REPAIRED, WARNING, PAGE_COUNT, IMAGE, LAYERS, DYNAMIC_FORM, TEXT_LAYER, BLANK, DEPTH, MORE_PICTURES})
