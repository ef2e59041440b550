"""The correlation of two feature maps: FlowNetC's layer, on any machine."""

from flowlab.costvolume.geometry import Geometry
from flowlab.costvolume.onnx import decompositions
from flowlab.costvolume.op import Correlation, correlation
from flowlab.costvolume.sampler import SpatialCorrelationSampler, spatial_correlation_sample

__all__ = [
    "Correlation",
    "Geometry",
    "SpatialCorrelationSampler",
    "correlation",
    "decompositions",
    "spatial_correlation_sample",
]
