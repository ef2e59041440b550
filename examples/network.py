"""A network of your own around flowlab.correlation, trained in seconds: python examples/network.py [STEPS]."""

import sys

import torch
from torch import nn

import flowlab

REACH = 5  # displacements each way, at a quarter of the size: 20 pixels of the image


class SmallMatcher(nn.Module):
    """Features at a quarter of the size, compared; the flow is the mean displacement, weighed by the scores."""

    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        first, second = nn.Conv2d(3, channels, 7, 2, 3), nn.Conv2d(channels, channels, 5, 2, 2)
        self.features = nn.Sequential(first, nn.ReLU(), second)
        self.correlation = flowlab.Correlation(max_displacement=REACH, stride2=1, pad_size=REACH)
        self.sharpness = nn.Parameter(torch.tensor(2.0))

    def forward(self, img1: torch.Tensor, img2: torch.Tensor) -> torch.Tensor:
        """Estimate the flow (B, 2, H, W) between two batches of images."""
        a, b = (nn.functional.normalize(self.features(img - 0.5), dim=1) for img in (img1, img2))
        scores = a.shape[1] * self.correlation(a, b)  # the layer divides by the channels; here cosines are wanted
        weights = torch.softmax(self.sharpness.exp() * scores, dim=1)  # (B, 121, H / 4, W / 4)
        steps = torch.arange(-REACH, REACH + 1.0)
        moves = torch.cartesian_prod(steps, steps).flip(1)  # (121, 2): dx runs fastest, and u comes first
        flow = torch.einsum("bdhw,dc->bchw", weights, moves)
        return flowlab.resize_flow(flow, img1.shape[-2:])  # u and v grow with the grid


if __name__ == "__main__":
    torch.manual_seed(0)
    model, steps = SmallMatcher(), int(sys.argv[1]) if len(sys.argv) > 1 else 150
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for step in range(steps):
        scene = nn.functional.interpolate(torch.rand(4, 3, 32, 40), scale_factor=4, mode="bicubic")
        u, v = torch.randint(-16, 17, (2,)).tolist()  # frame 2 is cut out so that its content moves by (u, v)
        img1, img2 = scene[..., 16:112, 16:144], scene[..., 16 - v : 112 - v, 16 - u : 144 - u]
        flow = torch.tensor([u, v]).view(1, 2, 1, 1) * torch.ones(4, 1, 96, 128)
        loss = flowlab.epe_map(model(img1, img2), flow).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        sys.stdout.write(f"step {step:4d}  error {loss:5.2f} px of {torch.tensor([u, v]).float().norm():5.2f} px\n")
