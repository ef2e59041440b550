"""FlowNetSimple and FlowNetCorr, and the weights to run them with."""

from flowlab.models.captured import Captured
from flowlab.models.checkpoints import load_model, shipped
from flowlab.models.config import CHAIRS_MEAN, NetworkConfig
from flowlab.models.export import export_onnx
from flowlab.models.files import save_model
from flowlab.models.flownet_c import FlowNetC
from flowlab.models.flownet_s import FlowNetS
from flowlab.models.folding import fold_batch_norm
from flowlab.models.layers import FlowOutput
from flowlab.models.network import Network
from flowlab.models.predictor import predict

__all__ = [
    "CHAIRS_MEAN",
    "Captured",
    "FlowNetC",
    "FlowNetS",
    "FlowOutput",
    "Network",
    "NetworkConfig",
    "export_onnx",
    "fold_batch_norm",
    "load_model",
    "predict",
    "save_model",
    "shipped",
]
