"""Neural networks on OpenVINO: float32, one thread, one stream, loaded once per process."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from redact.errors import EngineError
from redact.models import weights
from redact.models.offline import without_telemetry

if TYPE_CHECKING:
    from openvino import CompiledModel

# bf16 changed 11 of 12 pages where it was tried; one thread, since the unit of parallel work is the page.
CONFIG = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": "1", "ENABLE_CPU_PINNING": False}


# Exported for pictures of one size, though they take any.
FREED = frozenset({"centerface.onnx"})


class Network:
    """One network, ONNX or TFLite. Calls from several threads take turns."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._compiled = _compile(file)
        self._lock = threading.Lock()

    def __call__(self, batch: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Return the outputs, in the network's order, for one input batch. Raises EngineError where it cannot run."""
        with self._lock:
            try:
                result = self._compiled(np.ascontiguousarray(batch))
            except RuntimeError:
                raise EngineError(engine=self.file, what="inference") from None
            return [np.array(result[port]) for port in self._compiled.outputs]

    def metadata(self, *keys: str) -> str:
        """Return a text of the model's metadata, such as the recogniser's "character" list."""
        return _metadata(self.file, keys)


@cache
def network(file: str) -> Network:
    """Return the network of a weights file, loaded on first use. Raises WeightsError."""
    return Network(file)


def _compile(file: str) -> CompiledModel:
    place = weights.path(file)
    without_telemetry()
    import openvino

    try:
        model = openvino.Core().read_model(place)
        if file in FREED:
            model.reshape({port: _free_sides(port) for port in model.inputs})
        return openvino.compile_model(model, "CPU", CONFIG)
    except RuntimeError:
        raise EngineError(engine=file, what="load") from None


def _free_sides(port: Any) -> list[int]:
    """Free the sides of a network of convolutions alone, (1, C, H, W)."""
    shape = port.partial_shape
    return [1, int(shape[1].get_length()), -1, -1]


def _metadata(file: str, keys: tuple[str, ...]) -> str:
    without_telemetry()
    import openvino

    model = openvino.Core().read_model(weights.path(file))
    return str(model.get_rt_info(["framework", *keys]).astype(str))
