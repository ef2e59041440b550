"""FlowNetSimple and FlowNetCorr, and the weights to run them with."""

from flowlab.models.export import GraphRunner, export_onnx, fold_batch_norm
from flowlab.models.flownet import CHAIRS_MEAN, FlowNetC, FlowNetS, FlowOutput, Network, NetworkConfig
from flowlab.models.predictor import predict
from flowlab.models.weights import load_model, save_model, shipped

__all__ = [
    "CHAIRS_MEAN",
    "FlowNetC",
    "FlowNetS",
    "FlowOutput",
    "GraphRunner",
    "Network",
    "NetworkConfig",
    "export_onnx",
    "fold_batch_norm",
    "load_model",
    "predict",
    "save_model",
    "shipped",
]
