"""One flow field: its files, its colours, warping with it, and its errors.

In pixels, u right, v down: ``I1(x) = I2(x + flow(x))``. NumPy (H, W, 2), torch (B, 2, H, W).
"""

from flowlab.field import forking as _forking  # noqa: F401  its hooks must precede a fork
from flowlab.field.draw import color_wheel, color_wheel_legend, draw_arrows, flow_to_image
from flowlab.field.files import read_flow, read_image, write_flow, write_image
from flowlab.field.metrics import SPEED_BANDS, FlowMetrics, angular_error, epe, epe_map, fl_all
from flowlab.field.motions import similarity_flow, similarity_matrix
from flowlab.field.occlusion import consistency, occlusion, splat
from flowlab.field.warp import compose, inside, resize_flow, warp

__all__ = [
    "SPEED_BANDS",
    "FlowMetrics",
    "angular_error",
    "color_wheel",
    "color_wheel_legend",
    "compose",
    "consistency",
    "draw_arrows",
    "epe",
    "epe_map",
    "fl_all",
    "flow_to_image",
    "inside",
    "occlusion",
    "read_flow",
    "read_image",
    "resize_flow",
    "similarity_flow",
    "similarity_matrix",
    "splat",
    "warp",
    "write_flow",
    "write_image",
]
