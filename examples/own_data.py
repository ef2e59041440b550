"""A data set of your own: python examples/own_data.py [STEPS] trains a network further on it, on a CPU.

The pairs are blurred noise that slides by up to 16 pixels; a rectangle in the middle has no known flow.
"""

import sys

import torch
from torch import nn
from torch.utils.data import Dataset

from flowlab.training import fit, recipe


class Slides(Dataset):
    """Items are img1, img2 (3, H, W) in [0, 1], flow (2, H, W) in pixels, valid (H, W)."""

    def __len__(self):
        return 200

    def __getitem__(self, i):
        draw = torch.Generator().manual_seed(i)
        u, v = torch.randint(-16, 17, (2,), generator=draw).tolist()
        noise = torch.rand(1, 3, 32, 40, generator=draw)
        scene = nn.functional.interpolate(noise, scale_factor=4, mode="bicubic")[0].clamp(0, 1)
        img1, img2 = scene[:, 16:112, 16:144], scene[:, 16 - v : 112 - v, 16 - u : 144 - u]
        flow = torch.tensor([u, v], dtype=torch.float32).view(2, 1, 1).expand(2, 96, 128)
        valid = torch.ones(96, 128, dtype=torch.bool)
        valid[40:56, 50:78] = False
        return img1, img2, flow, valid


if __name__ == "__main__":
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    # Without what the recipe does to keep the old: these pairs are all that the network has to know.
    config = recipe("finetune", init="flownets-small", rehearsal=0, init_share=0, steps=steps, out="own")
    for row in fit(config, data=Slides(), progress=True).log:
        if "epe" in row:
            sys.stdout.write(f"step {row['step']}: error {row['epe']:.2f} px on held-out pairs\n")
