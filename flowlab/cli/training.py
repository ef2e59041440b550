"""The command that trains: options for what people set, and ``--set FIELD=VALUE`` for every other field."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import sys
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperCommand

from flowlab.cli.common import IS_SIZE, ProgressOption, exit_on_error, wrong_use

if TYPE_CHECKING:
    from flowlab.training import Report, Result, TrainConfig

FIELDS = (
    "Any other field of flowlab.training.TrainConfig, as often as you like; chairs.FIELD is a field of the generator's "
    "ChairsConfig."
)
RECIPE = "The values of all fields: laptop, modern, paper, or finetune, which --init takes by itself."
DATA = 'Pairs as evaluate takes them; may be repeated. "5*NAME" shows some five times. Without it, pairs are generated.'
HOLDOUT = "Part of the pairs to hold out, or a file that names them. Without it, the data set's own split, or 0.1."
PLATEAU = 'it hardly matches yet; if that lasts, read "My FlowNet does not learn" (docs/not-learning.md)'
BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# Removed options whose name was neither the field's name nor its old name.
OTHER_OPTIONS = {"warmup": "warmup_steps", "photographs": "chairs.photographs"}


class TrainCommand(TyperCommand):
    """The command, which says for each removed option the ``--set`` that replaces it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line; end with 2 where an option of an older version is on it."""
        known = {"--help", *(option for each in self.params for option in (*each.opts, *each.secondary_opts))}
        moved = [
            replacement(word, value)
            for word, value in zip(args, [*args[1:], ""], strict=True)
            if word.startswith("--") and word.partition("=")[0] not in known
        ]
        if any(moved):
            typer.echo(f"flowlab train: {'; '.join(filter(None, moved))}", err=True)
            raise typer.Exit(2)
        return super().parse_args(ctx, args)


def train(
    out: Annotated[Path, typer.Option(help="Folder of the run; a run that is there already goes on.")],
    recipe: Annotated[str | None, typer.Option(help=RECIPE)] = None,
    model: Annotated[str | None, typer.Option(help="flownets or flownetc; --init knows it.")] = None,
    width: Annotated[float | None, typer.Option(help="Factor on the number of channels.", min=0.01, max=16)] = None,
    steps: Annotated[int | None, typer.Option(help="Updates of the weights.", min=1)] = None,
    batch: Annotated[int | None, typer.Option(help="Pairs in a step of all processes.", min=1)] = None,
    size: Annotated[tuple | None, typer.Option(help="Height x width of the generated pairs.", **IS_SIZE)] = None,
    crop: Annotated[tuple | None, typer.Option(help="Height x width of the crops for training.", **IS_SIZE)] = None,
    seed: Annotated[int, typer.Option(help="Seed of the weights, the pairs and their order.", min=0)] = 0,
    data: Annotated[list[str] | None, typer.Option(metavar="[N*]NAME|FOLDER", help=DATA)] = None,
    holdout: Annotated[str | None, typer.Option(metavar="PART|FILE", help=HOLDOUT)] = None,
    init: Annotated[
        str | None, typer.Option(help="Initial weights: a file, or the name of a network that comes with flowlab.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, cuda:1 ..., or auto.")] = None,
    workers: Annotated[int | None, typer.Option(help="Number of processes that make pairs.", min=0)] = None,
    checkpoint_every: Annotated[int | None, typer.Option(help="Steps between two checkpoints.", min=1)] = None,
    assignments: Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help=FIELDS)] = None,
    progress: ProgressOption = True,
) -> None:
    """Train a network; the same command resumes a training that was stopped or killed.

    ```
    flowlab train --out runs/first
    flowlab train --out runs/mine --init flownets-small --data my/pairs
    flowlab train --out runs/mix --init flownetc-small --data kitti-2015 --data "2*sintel-clean" --crop 320x448
    flowlab train --out runs/slow --set lr=1e-4 --set schedule=flat --set chairs.photographs=skimage
    ```

    The held-out error is printed beside that of zero flow, with --init also before the first step.
    Ctrl-C ends it with a checkpoint and exit code 130. Two processes: torchrun --nproc-per-node 2 -m flowlab train ...
    """
    # Read when torch is loaded. Threads that wait by spinning take the core from the process that
    # makes pairs, and on a busy machine from each other: there a step takes several times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")

    from flowlab import training

    options = {
        "model": model, "seed": seed, "out": str(out), "width": width, "steps": steps, "batch": batch,
        "data": tuple(data) if data else None, "holdout": holdout, "init": init, "device": device,
        "workers": workers, "checkpoint_every": checkpoint_every, "size": size, "crop": crop,
    }  # fmt: skip
    given = {name: value for name, value in options.items() if value is not None}
    with exit_on_error("flowlab train", TypeError, ModuleNotFoundError, training.TrainingError):
        with wrong_use(init):
            config = with_fields(recipe or ("finetune" if init else "laptop"), given, assignments or [])
        command = "python -m flowlab " + shlex.join(sys.argv[1:])
        say_end(training.fit(config, progress=progress, watch=say_errors, command=command))


def say_end(result: Result) -> None:
    """Print where the weights are, and the held-out error before and after; exit with 130 if stopped."""
    if not result.finished:
        typer.echo(f"stopped after step {result.step}; the same command resumes it", err=True)
        raise typer.Exit(130)
    typer.echo(f"{result.step} steps; the weights are in {result.out / 'model.safetensors'}")
    epe = {row["event"]: row["epe"] for row in result.log if row.get("epe") is not None}
    if {"before", "validation"} <= epe.keys():
        typer.echo(f"held-out error: {epe['before']:.2f} px before, {epe['validation']:.2f} px after")
        if epe["validation"] > epe["before"]:
            typer.echo("it has grown; best.safetensors has the weights with the lowest", err=True)


def say_errors(report: Report) -> None:
    """Print the held-out error beside that of zero flow, above the bar, and what it means."""
    from tqdm import tqdm

    row = report.row
    if row["event"] != "train" and row["epe"] is not None:
        when = "before the first step" if row["event"] == "before" else f"at step {row['step']}"
        epe, zero = row["epe"], row["zero_epe"]
        tqdm.write(f"held-out error {when}: {epe:.2f} px; of zero flow: {zero:.2f} px")
        if epe > 0.9 * zero:
            tqdm.write(PLATEAU)


def with_fields(recipe: str, given: dict[str, object], assignments: list[str]) -> TrainConfig:
    """Return a recipe with the values of options, and with FIELD=VALUE assignments, of which the last one counts."""
    from flowlab import training

    values = dict(map(assigned, assignments))
    config = training.recipe(recipe, **given | {name: value for name, value in values.items() if "." not in name})
    for name, value in values.items():
        if "." in name:
            config = changed(config, name, value)
    return config


def changed(config: Any, name: str, value: object) -> Any:
    """Return a copy of a frozen record with one field changed; ``a.b`` is field b of the record in field a."""
    outer, _, inner = name.partition(".")
    return replace(config, **{outer: changed(getattr(config, outer), inner, value) if inner else value})


def assigned(assignment: str) -> tuple[str, object]:
    """Read FIELD=VALUE by the type of the field.

    Example:
        >>> assigned("lr=1e-4"), assigned("milestones=10,20"), assigned("crop=64x96")
        (('lr', 0.0001), ('milestones', (10, 20)), ('crop', (64, 96)))
    """
    name, equals, text = assignment.partition("=")
    types = field_types()
    if not equals or name not in types:
        raise typer.BadParameter(f"--set {assignment}: {advice(name, types)}")
    try:
        return name, value_of(types[name], text)
    except (ValueError, KeyError):
        raise typer.BadParameter(f"--set {assignment}: {name} takes {wanted(types[name])}, got {text!r}") from None


def value_of(kind: Any, text: str) -> object:
    """Read a value of a type: bool, int, float, str, or a tuple of one of these, as in 0.9,0.999 or 384x512."""
    if get_origin(kind) is tuple:
        item, *rest = get_args(kind)
        words = re.split("[,x]" if item is int else ",", text) if text else []
        if rest[-1:] != [...] and len(words) != 1 + len(rest):
            raise ValueError(f"{1 + len(rest)} values are needed")
        return tuple(value_of(item, word) for word in words)
    return BOOLEANS[text.lower()] if kind is bool else kind(text)


def wanted(kind: Any) -> str:
    """Describe the values of a type, such as "a value of type float"."""
    if get_origin(kind) is tuple:
        item, *rest = get_args(kind)
        count = "" if rest[-1:] == [...] else f"{1 + len(rest)} "
        return f"{count}values of type {item.__name__}, separated by commas"
    return "true or false" if kind is bool else f"a value of type {kind.__name__}"


def field_types(record: Any = None, prefix: str = "") -> dict[str, Any]:
    """Return the types of TrainConfig's fields by name, of records in it by dotted names."""
    from flowlab.training import TrainConfig

    found: dict[str, Any] = {}
    for name, kind in get_type_hints(record or TrainConfig).items():
        if is_dataclass(kind):
            found |= field_types(kind, f"{prefix}{name}.")
        elif name in ("data", "holdout"):
            found[prefix + name] = str
        elif get_origin(kind) is tuple or kind in (bool, int, float, str):
            found[prefix + name] = kind
    return found


def advice(name: str, types: dict[str, Any]) -> str:
    """Suggest the fields that a wrong name may mean."""
    from flowlab.training.config import RENAMED

    if name in types:
        return f"write {name}=VALUE"
    if name in RENAMED:
        return f"{name} is now {RENAMED[name]}"
    close = difflib.get_close_matches(name, [*types, *RENAMED], n=3)
    if close:
        return f"there is no field {name!r}; did you mean {' or '.join(RENAMED.get(other, other) for other in close)}?"
    own = [field for field in types if "." not in field]
    return f"there is no field {name!r}; the fields are {', '.join(own)}, and chairs.FIELD for the generator's"


def replacement(word: str, value: str) -> str:
    """Return the message for an option that has become a field; "" for any other word.

    Example:
        >>> replacement("--charbonnier", "1e-4"), replacement("--no-tensorboard", "--out")
        ('--charbonnier is now --set loss_eps=1e-4', '--no-tensorboard is now --set tensorboard=false')
    """
    from flowlab.training.config import RENAMED

    option, equals, inside = word.partition("=")
    name = option[2:].removeprefix("no-").replace("-", "_")
    field = OTHER_OPTIONS.get(name) or RENAMED.get(name, name)
    kind = field_types().get(field)
    if kind is None:
        return ""
    text = inside if equals else "VALUE" if value.startswith("--") else value
    if kind is bool:
        text = str(not option.startswith("--no-")).lower()
    return f"{option} is now --set {field}={text}"
