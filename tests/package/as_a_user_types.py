"""What a user writes, for the type checker."""

from pathlib import Path

import numpy as np
import torch

import flowlab

flow, valid = flowlab.read_flow("a.flo")
img1, img2 = flowlab.read_image("a.png"), flowlab.read_image(Path("b.png"))
flowlab.write_image("c.png", flowlab.flow_to_image(flow, max_flow=20, valid=valid))
flowlab.write_flow("d.png", flow, valid)
back: np.ndarray = flowlab.classical.run("dis", img2, img1)
rebuilt: np.ndarray = flowlab.warp(img2, flow)
seen: np.ndarray = ~flowlab.occlusion(flow, back)
flowlab.write_image("e.png", flowlab.warp(img2, flow))
error: float = flowlab.epe(flow, flow, valid) + flowlab.fl_all(flow, flow) + flowlab.angular_error(flow, flow)
half: np.ndarray = flowlab.resize_flow(flow, (10, 20))
both: np.ndarray = flowlab.compose(flow, half)
a, b = torch.rand(1, 3, 64, 64), torch.rand(1, 3, 64, 64)
cost: torch.Tensor = flowlab.correlation(a, b, max_displacement=4, stride2=1, pad_size=4)
model = flowlab.FlowNetC(width=0.25)
out = model(a, b)
loss: torch.Tensor = flowlab.epe_map(out.flow, out.pyramid[0]).mean()
loss.backward()
warped: torch.Tensor = flowlab.warp(a, out.flow)
other = flowlab.load_model("flownets-small")
tensor_flow: torch.Tensor = other(a, b).flow
pair = flowlab.chairs.make_pair(seed=0, index=3)
height: int = pair.flow.shape[0]
for step in flowlab.video.flows(
    flowlab.video.frames("a.mp4"), lambda x, y: flowlab.classical.run("dis", x, y), backward=True
):
    if step.flow is not None:
        flowlab.write_flow(f"{step.first.name}.flo", step.flow, step.consistent)
flow_of_net: np.ndarray = flowlab.predict(model, img1, img2)
tensor_of_net: torch.Tensor = flowlab.predict(model, a, b)
drawn: np.ndarray = flowlab.draw_arrows(img1, flow)
layer: torch.nn.Module = flowlab.Correlation(max_displacement=4)
metrics = flowlab.FlowMetrics()
metrics.update(flow, flow)
numbers: dict = metrics.compute()
