"""Compile and export the networks; a test runs this in a process of its own, without the checker of annotations.

python -m tests.models.programs compile | export | onnx FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from flowlab.models import FlowNetC, FlowNetS
from flowlab.models.export import export_onnx, exported

NETWORKS = {"S": FlowNetS, "C": FlowNetC}
OPTIONS = {"pad": {}, "resize": {"resize_mode": "resize", "mean": "pair", "batch_norm": True}}
SIZES = [(1, 64, 64), (2, 100, 164), (3, 70, 65), (1, 33, 200), (1, 1, 1)]


def models() -> dict[str, torch.nn.Module]:
    torch.manual_seed(0)
    return {
        f"{name} {fit}": network(width=0.125, **options).eval()
        for name, network in NETWORKS.items()
        for fit, options in OPTIONS.items()
    }


def images(batch: int, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    img1, img2 = torch.rand(2, batch, 3, height, width, generator=torch.Generator().manual_seed(height))
    return img1, img2


def compiled() -> None:
    name, model = "C resize", models()["C resize"]  # it has all that the others have, and half a minute is enough
    # aot_eager traces forward and backward as the default compiler does, and needs no C++ compiler.
    program = torch.compile(model, fullgraph=True, backend="aot_eager", dynamic=True)
    for size in [(2, 128, 128), (3, 100, 164)]:
        results = []
        for function in (program, model):
            model.zero_grad()
            out = function(*images(*size))
            sum(level.square().mean() for level in out.pyramid).backward()
            results.append((out.flow, *out.pyramid, *(p.grad.clone() for p in model.parameters())))
        torch.testing.assert_close(*results, rtol=1e-4, atol=1e-4, msg=lambda text: f"{name}: {text}")


def check(name: str, model: torch.nn.Module, program: object, sizes: list = SIZES) -> None:
    for size in sizes:
        pair = images(*size)
        with torch.no_grad():
            expected = model(*pair).flow
        flow = program(*pair)
        assert flow.shape == expected.shape, (name, size)
        assert expected.abs().max() > 0.1 or size == (1, 1, 1)  # one pixel, resized: a 64th of a flow
        assert (flow - expected).abs().max() < 1e-3, (name, size)  # pixels


def export() -> None:
    for name, model in models().items():
        check(name, model, exported(model).module(), [size for size in SIZES if min(size[1:]) > 64])


def onnx(folder: str) -> None:
    import onnxruntime

    for name in ("C resize", "S pad"):
        model = models()[name]
        path = Path(folder) / f"{name}.onnx"
        export_onnx(model, path)
        session = onnxruntime.InferenceSession(path)
        assert [i.name for i in session.get_inputs()] == ["img1", "img2"]
        assert [o.name for o in session.get_outputs()] == ["flow"]
        assert [i.shape for i in session.get_inputs()] == [["batch", 3, "height", "width"]] * 2
        assert session.get_outputs()[0].shape == ["batch", 2, "height", "width"]

        def run(img1: torch.Tensor, img2: torch.Tensor, session=session) -> torch.Tensor:
            return torch.from_numpy(session.run(None, {"img1": img1.numpy(), "img2": img2.numpy()})[0])

        check(name, model, run)
        if name == "S pad":
            halved(model, path, images(2, 100, 164))
        print(name, "agrees", flush=True)


def halved(model: torch.nn.Module, path: Path, pair: tuple[torch.Tensor, torch.Tensor]) -> None:
    """Weights stored in 16 bits take half the bytes, and do what the network does with its weights rounded so."""
    import onnx
    import onnxruntime

    from flowlab.models.export import WORTH_HALVING, halve_weights

    proto = onnx.load(path)
    halve_weights(proto)
    assert len(proto.SerializeToString()) < 0.55 * path.stat().st_size
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    flow = session.run(None, dict(zip(("img1", "img2"), (img.numpy() for img in pair), strict=True)))[0]
    with torch.no_grad():
        for weight in model.parameters():
            if weight.numel() >= WORTH_HALVING:
                weight.copy_(weight.half().float())
        assert (torch.from_numpy(flow) - model(*pair).flow).abs().max() < 1e-3  # pixels


if __name__ == "__main__":
    {"compile": compiled, "export": export, "onnx": onnx}[sys.argv[1]](*sys.argv[2:])
