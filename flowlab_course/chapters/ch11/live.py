"""A training that is watched: its curve and a picture of what it predicts, drawn anew while it runs."""

from __future__ import annotations

import html

import numpy as np
import torch

from flowlab.chairs import Sample
from flowlab.field import flow_to_image
from flowlab.training import Report
from flowlab_course.page.figures import picture_html, small_picture
from flowlab_course.page.pictures import COLOURS, wheel


class Live:
    """Give this to ``flowlab.training.fit`` as ``watch``: one output that follows the training.

    Args:
        pair: A pair that the training does not see.
        steps: How long the training is, for the axis.

    Example:
        >>> from flowlab.chairs import make_pair
        >>> Live(make_pair(0, 0, (32, 48)), steps=10).steps
        10
    """

    def __init__(self, pair: Sample, steps: int):
        self.pair, self.steps = pair, steps
        self.losses: list[tuple[int, float]] = []
        self._handle = None

    def __call__(self, report: Report) -> None:
        """Take a line of the log; draw at those of the training."""
        from IPython.display import HTML, display

        if report.row["event"] != "train":
            return
        self.losses.append((report.step, report.row["loss"]))
        picture = HTML(self.picture(guess(report.model, self.pair)))
        if self._handle is None:
            self._handle = display(picture, display_id=True)
        elif self._handle is not None:
            self._handle.update(picture)

    def picture(self, flow: np.ndarray) -> str:
        """Draw the curve so far, frame 1, the truth and a guess, as HTML."""
        from matplotlib import pyplot as plt

        reach = float(np.linalg.norm(self.pair.flow, axis=-1).max()) or 1.0
        fig, axes = plt.subplots(1, 5, figsize=(9, 2.0), width_ratios=(1, 1, 1, 1, 0.35), layout="constrained")
        axes[0].plot(*zip(*self.losses, strict=True), "k.-")
        axes[0].set(xlim=(0, self.steps), ylim=(0, None), xlabel="step", title="loss")
        images = (self.pair.img1, flow_to_image(self.pair.flow, max_flow=reach), flow_to_image(flow, max_flow=reach))
        step, loss = self.losses[-1]
        for ax, image, title in zip(axes[1:4], images, ("frame 1", "truth", f"step {step}"), strict=True):
            ax.imshow(image)
            ax.set(title=title, xticks=[], yticks=[])
        axes[4].imshow(wheel(reach, zoom=2))
        axes[4].set(title=COLOURS, xticks=[], yticks=[], frame_on=False)
        alt = f"Loss over {step} steps, now {loss:.3f}; frame 1, its true flow, and the network's guess at step {step}."
        data = small_picture(fig)
        plt.close(fig)
        return picture_html(data, html.escape(alt))


def guess(model: torch.nn.Module, pair: Sample) -> np.ndarray:
    """Predict the flow (H, W, 2) of a pair and leave the network in the mode in which it was."""
    training = model.training
    frames = (torch.from_numpy(f).permute(2, 0, 1)[None].float() / 255 for f in (pair.img1, pair.img2))
    device = next(model.parameters()).device
    with torch.no_grad():
        flow = model.eval()(*(frame.to(device) for frame in frames)).flow[0]
    model.train(training)
    return flow.permute(1, 2, 0).cpu().numpy()
