"""The command that trains."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from flowlab.cli.common import exit_on_error, height_and_width


def train(
    out: Annotated[Path, typer.Option(help="Folder of the run: new, or one that goes on.")],
    recipe: Annotated[str, typer.Option(help="laptop, modern or paper; the options below change it.")] = "laptop",
    model: Annotated[str, typer.Option(help="flownets or flownetc.")] = "flownets",
    width: Annotated[float | None, typer.Option(help="Factor on the channels.", min=0.01)] = None,
    batch_norm: Annotated[bool | None, typer.Option(help="Normalise after each convolution.")] = None,
    steps: Annotated[int | None, typer.Option(help="Updates of the weights.", min=1)] = None,
    batch: Annotated[int | None, typer.Option(help="Pairs in a step, over all processes.", min=1)] = None,
    size: Annotated[str | None, typer.Option(metavar="HxW", help="Height x width of the pairs.")] = None,
    crop: Annotated[str | None, typer.Option(metavar="HxW", help="Of what the network sees.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed trains the same weights.", min=0)] = 0,
    checkpoint_every: Annotated[int | None, typer.Option(help="Steps that a kill costs at most.", min=1)] = None,
    init: Annotated[str | None, typer.Option(help="Weights to start from: a file or the name of shipped ones.")] = None,
    textures: Annotated[int | None, typer.Option(help="Steps on sliding textures first.", min=0)] = None,
    data: Annotated[str | None, typer.Option(help="Folder in Flying Chairs' layout; else made on the fly.")] = None,
    augment: Annotated[str | None, typer.Option(help="paper, caffe, mild, flips or none.")] = None,
    photographs: Annotated[str | None, typer.Option(help="Backgrounds: a folder of them, or skimage.")] = None,
    pool: Annotated[int | None, typer.Option(help="Pairs in use at a time.", min=1)] = None,
    reuse: Annotated[int | None, typer.Option(help="Epochs in which a pair is used.", min=1)] = None,
    schedule: Annotated[str | None, typer.Option(help="steps, one-cycle or flat.")] = None,
    optimiser: Annotated[str | None, typer.Option(help="adam, adamw or muon.")] = None,
    lr: Annotated[float | None, typer.Option(help="The highest learning rate.")] = None,
    weight_decay: Annotated[float | None, typer.Option(help="How fast weights shrink.", min=0)] = None,
    warmup: Annotated[int | None, typer.Option(help="Steps that the rate first climbs.", min=0)] = None,
    charbonnier: Annotated[float | None, typer.Option(help="Constant inside the loss's root.", min=0)] = None,
    clip: Annotated[float | None, typer.Option(help="Longest gradient; 0 for any.", min=0)] = None,
    precision: Annotated[str | None, typer.Option(help="fp32, or bf16 for autocast.")] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, cuda:1 ... or auto.")] = None,
    pairs_on: Annotated[str | None, typer.Option(help="Where pairs are made: cpu, cuda (the GPU) or auto.")] = None,
    threads: Annotated[int | None, typer.Option(help="Of PyTorch on the CPU; 0 for its choice.", min=0)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that make pairs.", min=0)] = None,
    log_every: Annotated[int | None, typer.Option(help="Steps between lines of log.jsonl.", min=1)] = None,
    validate_every: Annotated[int | None, typer.Option(help="Steps between validations; 0: at the end.", min=0)] = None,
    validate_pairs: Annotated[int | None, typer.Option(help="Held-out pairs; 0 for none.", min=0)] = None,
    snapshots: Annotated[int | None, typer.Option(help="Weights to keep along the way.", min=0)] = None,
    tensorboard: Annotated[bool, typer.Option(help="Write for TensorBoard.")] = True,
    progress: Annotated[bool, typer.Option(help="Show a bar.")] = True,
) -> None:
    """Train a network, or go on with a training in the same folder that was stopped or killed.

    ```
    flowlab train --out runs/first
    flowlab train --out runs/mine --data my/chairs --init flownets-small --steps 5000
    ```

    Ctrl-C ends it with a checkpoint. Several processes: torchrun --nproc-per-node 2 -m flowlab train ...
    """
    # Read when torch is loaded. Threads that wait by spinning take the core from the process that makes pairs, and on
    # a busy machine from each other: there a step takes several times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

    from dataclasses import replace

    from flowlab import training

    given = {
        "width": width, "batch_norm": batch_norm, "steps": steps, "batch": batch, "init": init,
        "pretrain_steps": textures, "loss_eps": charbonnier, "checkpoint_every": checkpoint_every,
        "data": data, "augment": augment, "cached_pairs": pool, "epochs_per_pair": reuse, "schedule": schedule,
        "lr": lr, "optimiser": optimiser, "weight_decay": weight_decay,
        "warmup_steps": warmup, "grad_clip": clip, "precision": precision, "device": device, "threads": threads,
        "data_device": pairs_on, "workers": workers, "log_every": log_every, "validate_every": validate_every,
        "validate_pairs": validate_pairs, "snapshots": snapshots,
        "size": size and height_and_width(size), "crop": crop and height_and_width(crop),
    }  # fmt: skip
    with exit_on_error("flowlab train", training.TrainingError):
        changes = {name: value for name, value in given.items() if value is not None}
        config = training.recipe(recipe, model=model, seed=seed, out=str(out), tensorboard=tensorboard, **changes)
        if photographs is not None:
            config = replace(config, chairs=replace(config.chairs, photographs=photographs))
        command = "python -m flowlab " + shlex.join(sys.argv[1:])
        result = training.fit(config, progress=progress, command=command)
    if not result.finished:
        typer.echo(f"stopped after step {result.step}; the same command goes on from there", err=True)
        raise typer.Exit(130)
    typer.echo(f"{result.step} steps; the weights are in {out / 'model.safetensors'}")
