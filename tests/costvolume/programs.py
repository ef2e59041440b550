"""Compile and export the layer; a test runs this in a process of its own, without the checker of annotations.

python -m tests.costvolume.programs compile | transforms | export | onnx FILE
"""

from __future__ import annotations

import sys
import warnings

import torch

from flowlab.costvolume import Correlation, decompositions

LAYERS = {"flownetc": Correlation(), "patches": Correlation(3, max_displacement=3, stride1=2, stride2=2, pad_size=3)}
SIZES = [(2, 3, 12, 14), (1, 3, 9, 17), (3, 3, 16, 11)]


def maps(shape: tuple[int, ...], seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    a, b = torch.randn(2, *shape, generator=torch.Generator().manual_seed(seed))
    return a, b


def compiled() -> None:
    for layer in LAYERS.values():
        # aot_eager traces forward and backward as the default compiler does, and needs no C++ compiler.
        program = torch.compile(layer, fullgraph=True, backend="aot_eager", dynamic=True)
        for seed, shape in enumerate(SIZES):
            results = []
            for function in (program, layer):
                a, b = (x.requires_grad_() for x in maps(shape, seed))
                out = function(a, b)
                results.append((out, *torch.autograd.grad(out.sin().sum(), (a, b))))
            torch.testing.assert_close(*results)


def transforms() -> None:
    layer = LAYERS["patches"]
    a, b = maps(SIZES[0], 0)

    def forward(a, b):
        return torch.func.jvp(layer, (a, b), (b, a))[1]

    def both(a, b):
        return torch.func.jvp(torch.func.grad(lambda a: layer(a, b).sin().sum()), (a,), (b,))[1]

    for function in (forward, both, torch.vmap(lambda a, b: layer(a[None], b[None]))):
        program = torch.compile(function, fullgraph=True, backend="aot_eager")
        torch.testing.assert_close(program(a, b), function(a, b))
    torch.testing.assert_close(forward(a, b), layer(a, a) + layer(b, b))


def exported(layer: Correlation) -> torch.export.ExportedProgram:
    dynamic = torch.export.Dim.DYNAMIC
    axes = {0: dynamic, 2: dynamic, 3: dynamic}
    return torch.export.export(layer, maps(SIZES[0], 0), dynamic_shapes=(axes, axes))


def check(layer: Correlation, program: object) -> None:
    for seed, shape in enumerate(SIZES):
        a, b = maps(shape, seed)
        torch.testing.assert_close(program(a, b), layer(a, b))


def export() -> None:
    for layer in LAYERS.values():
        program = exported(layer)
        assert "flowlab.corr.default" in str(program.graph)
        check(layer, program.module())
        plain = program.run_decompositions(decompositions())
        assert "flowlab" not in str(plain.graph)
        assert len(plain.graph.nodes) < 200
        check(layer, plain.module())


def onnx(path: str) -> None:
    import onnxruntime

    for layer in LAYERS.values():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter's own
            plain = exported(layer).run_decompositions(decompositions())
            torch.onnx.export(plain, f=path, dynamo=True, verbose=False)
        session = onnxruntime.InferenceSession(path)
        names = [i.name for i in session.get_inputs()]

        def run(a: torch.Tensor, b: torch.Tensor, session=session, names=names) -> torch.Tensor:
            return torch.from_numpy(session.run(None, dict(zip(names, (a.numpy(), b.numpy()), strict=True)))[0])

        check(layer, run)


if __name__ == "__main__":
    {"compile": compiled, "transforms": transforms, "export": export, "onnx": onnx}[sys.argv[1]](*sys.argv[2:])
