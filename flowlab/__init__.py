"""Optical flow, learnt and kept: see README.md.

Public names are imported when they are first used: ``import flowlab`` is quick, and works for the doctor even
where torch does not.
"""

import importlib
from typing import TYPE_CHECKING

# For editors and type checkers; _HOME says the same to Python, and a test compares the two.
# isort: off
if TYPE_CHECKING:
    from flowlab import (
        chairs as chairs,
        classical as classical,
        costvolume as costvolume,
        datasets as datasets,
        evaluation as evaluation,
        field as field,
        models as models,
        training as training,
        video as video,
    )
    from flowlab.costvolume import Correlation as Correlation, correlation as correlation
    from flowlab.evaluation import evaluate as evaluate
    from flowlab.field import (
        FlowMetrics as FlowMetrics,
        angular_error as angular_error,
        color_wheel_legend as color_wheel_legend,
        compose as compose,
        consistency as consistency,
        draw_arrows as draw_arrows,
        epe as epe,
        epe_map as epe_map,
        fl_all as fl_all,
        flow_to_image as flow_to_image,
        inside as inside,
        occlusion as occlusion,
        read_flow as read_flow,
        read_image as read_image,
        resize_flow as resize_flow,
        warp as warp,
        write_flow as write_flow,
        write_image as write_image,
    )
    from flowlab.models import (
        FlowNetC as FlowNetC,
        FlowNetS as FlowNetS,
        export_onnx as export_onnx,
        load_model as load_model,
        predict as predict,
    )

    __version__: str
# isort: on

# Which module holds which name; the modules in _ROOMS are imported when flowlab.NAME is first read.
_HOME = {
    "flowlab.costvolume": "Correlation correlation",
    "flowlab.evaluation": "evaluate",
    "flowlab.field": (
        "FlowMetrics angular_error color_wheel_legend compose consistency draw_arrows epe epe_map fl_all "
        "flow_to_image inside occlusion read_flow read_image resize_flow warp write_flow write_image"
    ),
    "flowlab.models": "FlowNetC FlowNetS export_onnx load_model predict",
}
_ROOMS = ["chairs", "classical", "costvolume", "datasets", "evaluation", "field", "models", "training", "video"]
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}

__all__ = ["__version__", *_ROOMS, *_MODULE_OF]


if not TYPE_CHECKING:  # a checker would take it for a promise that every name exists

    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version

            value = version("flowlab")
        elif name in _ROOMS:
            value = importlib.import_module(f"flowlab.{name}")
        elif name in _MODULE_OF:
            value = getattr(importlib.import_module(_MODULE_OF[name]), name)
        elif name == "course":  # in chapters that were copied before the course moved out
            raise ImportError(
                "the course is a package of its own now: import flowlab_course as course; in a terminal, "
                "`python -m flowlab_course fetch NN` brings the newest chapter NN and keeps yours beside it"
            )
        else:
            raise AttributeError(f"module 'flowlab' has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
