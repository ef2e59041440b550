"""The correlation of two feature maps: FlowNetC's layer, on any machine."""

from flowlab.costvolume.adapter import SpatialCorrelationSampler, spatial_correlation_sample
from flowlab.costvolume.decomposition import decompositions
from flowlab.costvolume.geometry import Geometry
from flowlab.costvolume.layer import Correlation, correlation

__all__ = [
    "Correlation",
    "Geometry",
    "SpatialCorrelationSampler",
    "correlation",
    "decompositions",
    "spatial_correlation_sample",
]
