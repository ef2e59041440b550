"""The configuration of a training, with the paper's values as defaults, and the recipes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from flowlab.chairs import VERSION, ChairsConfig
from flowlab.chairs.config import VALIDATION_SEED, require_readable
from flowlab.models import Network, load_model

CHOICES = {
    "model": ("flownets", "flownetc"),
    "augment": ("paper", "caffe", "mild", "flips", "none"),
    "optimiser": ("adam", "adamw", "muon"),
    "schedule": ("steps", "one-cycle", "flat"),
    "reduction": ("sum", "mean"),
    "precision": ("fp32", "bf16"),
    "data_device": ("auto", "cpu", "cuda"),
}
LEAST = {
    0: "weight_decay grad_clip seed workers threads pretrain_steps warmup_steps snapshots validate_every "
    "validate_pairs",
    1: "steps batch log_every checkpoint_every cached_pairs epochs_per_pair",
}

# Fields in which a run and its continuation may differ: they do not change what is computed.
MAY_CHANGE_ON_RESUME = (
    "out init device data_device threads workers steps log_every validate_every validate_pairs "
    "checkpoint_every snapshots tensorboard"
)
# Old names of fields, in the files of runs that were written before they were renamed.
RENAMED = {
    "textures": "pretrain_steps",
    "pool": "cached_pairs",
    "reuse": "epochs_per_pair",
    "clip": "grad_clip",
    "loss_form": "reduction",
    "charbonnier": "loss_eps",
    "pairs_on": "data_device",
}


@dataclass(frozen=True)
class TrainConfig:
    """The configuration of a training. A step is one update of the weights.

    Attributes:
        model: "flownets" or "flownetc"; "module:class" for a network that ``fit`` was given.
        width: Factor on the number of channels of all layers.
        batch_norm: Use batch normalisation in the contracting part. Not in the paper; without it a small FlowNetC may
            not improve for thousands of steps.
        init: A file of weights, or the name of shipped ones; "" draws the weights from ``seed``. They must be those of
            a ``model`` of this ``width`` and ``batch_norm``; ``recipe`` reads all three from the file.
        init_share: The result is a mean of weights: ``init``'s with this share, and the trained ones. It forgets less
            than the trained ones alone (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
        rehearsal: Share of generated chairs, as large as a crop or the first pair, among ``data``.
        pretrain_steps: Steps on sliding textures before the first step on ``data``. A small network learns to match
            there (``flowlab.training.pretrain``).
        data: "chairs" for generated pairs; or a name or folder that ``flowlab.evaluation.open_data`` takes; or several
            of these. A factor such as "5*kitti-2015" shows a data set five times an epoch, as RAFT's and ptlflow's do.
        holdout: The part of the pairs that is held out for validation, or a split file (``sources.split_masks``).
            "auto" takes the split of a data set that has one, such as Flying Chairs, and a tenth of any other.
        chairs: Configuration of the generated pairs.
        size: Height and width of the generated pairs, in pixels.
        crop: Height and width of the crops that the network gets; () for whole pairs, or the largest crops that fit
            into all pairs of a batch if these differ in size.
        cached_pairs: Number of generated pairs in use at a time, which is the length of an epoch.
        epochs_per_pair: Epochs in which a generated pair is used, each time with another
            augmentation; 1 uses each pair once.
        augment: "paper", "caffe" (that of the released code), "mild", "flips" alone, or "none".
        seed: Of the weights, the pairs, their order and their augmentation.
        steps: Number of steps.
        batch: Pairs in a step, over all processes.
        optimiser: "adam" (weight decay is added to the gradient), "adamw" (decoupled weight decay), or "muon", which
            needs far fewer steps to learn to match; each step takes somewhat longer (``flowlab.training.optim``).
        lr: The highest learning rate.
        betas: Decay rates of Adam's two averages; the first is Muon's momentum, too.
        weight_decay: Weight decay. As in the released code, biases and upconvolutions have none;
            with "muon" all weights that Muon updates have it.
        grad_clip: Clip the gradient norm to this value; 0 disables clipping.
        schedule: Of the learning rate: "steps" halves it at ``milestones``; "one-cycle" raises it
            over the first 5 % of the steps and lowers it to 0 along a cosine; "flat" keeps it and
            lowers it linearly to 0 over the last fifth.
        milestones: Steps at which "steps" halves the learning rate.
        warmup_steps: Steps in which the learning rate rises linearly from ``warmup_lr``.
        warmup_lr: Learning rate of the first warm-up step.
        reduction: "sum" over the pixels of a level, as published, or their "mean".
        loss_weights: Weights of the levels, finest first.
        loss_eps: Epsilon of the Charbonnier loss, in (pixels / 20) squared.
        out: Folder of the run. If it holds a checkpoint of the same run, the run is resumed.
        device: "cpu", "cuda", "cuda:1" ..., or "auto".
        data_device: Where the generated pairs are made: "cpu"; "cuda", on the GPU that trains, by chairs.cu, with a
            bank of backgrounds (``flowlab.chairs.gpu``); "auto" for the GPU if it can make them.
        threads: Threads of PyTorch on the CPU; 0 for PyTorch's choice.
        precision: "fp32", or "bf16" for autocast: float16 with a scaled loss on GPUs without it.
        workers: Processes that make pairs, or draw their parameters for the GPU; 0 for none.
        log_every: Steps between two lines of the log.
        validate_every: Steps between two validations; 0 validates at the end only.
        validate_pairs: Number of held-out pairs; 0 disables validation.
        checkpoint_every: Steps between two checkpoints, which is what a kill costs at most.
        snapshots: Number of snapshots of the weights, closer together at the beginning; 0 for none.
        tensorboard: Write for TensorBoard, too.

    Raises:
        ValueError: If a value is out of its range.

    Example:
        >>> TrainConfig().steps, TrainConfig().lr, TrainConfig(batch=4).batch
        (600000, 0.0001, 4)
    """

    model: str = "flownets"
    width: float = 1.0
    batch_norm: bool = False
    init: str = ""
    init_share: float = 0.0
    rehearsal: float = 0.0
    pretrain_steps: int = 0
    data: str | tuple[str, ...] = "chairs"
    holdout: float | str = "auto"
    chairs: ChairsConfig = field(default_factory=ChairsConfig)
    size: tuple[int, int] = (384, 512)
    crop: tuple[int, ...] = (320, 448)
    cached_pairs: int = 256
    epochs_per_pair: int = 1
    augment: str = "paper"
    seed: int = 0
    steps: int = 600_000
    batch: int = 8
    optimiser: str = "adam"
    lr: float = 1e-4
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = 4e-4
    grad_clip: float = 0.0
    schedule: str = "steps"
    milestones: tuple[int, ...] = (300_000, 400_000, 500_000)
    warmup_steps: int = 0
    warmup_lr: float = 1e-6
    reduction: str = "sum"
    loss_weights: tuple[float, ...] = (0.005, 0.01, 0.02, 0.08, 0.32)
    loss_eps: float = 1e-2
    out: str = "run"
    device: str = "auto"
    data_device: str = "auto"
    threads: int = 0
    precision: str = "fp32"
    workers: int = 1
    log_every: int = 50
    validate_every: int = 5_000
    validate_pairs: int = 100
    checkpoint_every: int = 1_000
    snapshots: int = 0
    tensorboard: bool = True

    def __post_init__(self) -> None:
        """Check every value."""
        if not isinstance(self.data, str):
            object.__setattr__(self, "data", tuple(self.data) if len(self.data) > 1 else self.data[0])
        if not isinstance(self.data, str) and "chairs" in self.data:
            raise ValueError('generated chairs beside other pairs are rehearsal=0.5, not data="chairs"')
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed and not (name == "model" and ":" in self.model):
                raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {getattr(self, name)!r}")
        for low, names in LEAST.items():
            for name in names.split():
                if not getattr(self, name) >= low:  # NaN is refused, too
                    raise ValueError(f"{name} must be at least {low}, got {getattr(self, name)}")
        if self.seed == VALIDATION_SEED:
            raise ValueError(f"seed {VALIDATION_SEED} makes the held-out pairs; take another")
        for name in ("lr", "warmup_lr", "loss_eps", "width"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be above 0 and finite, got {getattr(self, name)}")
        if not all(0 <= share < 1 for share in (self.init_share, self.rehearsal, *self.betas)):
            got = f"{self.init_share}, {self.rehearsal} and {self.betas}"
            raise ValueError(f"init_share, rehearsal and betas are from 0 to below 1, got {got}")
        if self.epochs_per_pair > self.cached_pairs:
            got = f"{self.epochs_per_pair} and {self.cached_pairs}"
            raise ValueError(f"epochs_per_pair must be at most cached_pairs, got {got}")
        if len(self.loss_weights) != 5:
            raise ValueError(f"loss_weights must have one value for each of 5 levels, got {self.loss_weights}")
        if len(self.crop) not in (0, 2):
            raise ValueError(f"crop is (height, width) or (), got {self.crop}")
        too_large = any(crop > side for crop, side in zip(self.crop, self.size, strict=False))
        if too_large and self.data == "chairs":
            raise ValueError(f"crop {self.crop} is larger than size {self.size}")

    def as_json(self) -> str:
        """Write the configuration as JSON, with the version of the generator."""
        record = asdict(self) | {"chairs": self.chairs.record(), "generator": VERSION}
        return json.dumps(record, indent=1)


def same_run(old: str, config: TrainConfig, files: tuple[str, str] = ("", "")) -> list[str]:
    """List the differences between a run, as JSON, and ``config``; [] if it can be resumed.

    ``files`` describes the files it reads, then and now ("" if unknown): their folder may have moved.

    Example:
        >>> same_run(TrainConfig(lr=1e-3).as_json(), TrainConfig(lr=1e-4, steps=7))
        ['lr was 0.001 and is 0.0001']
        >>> same_run('{"clip": 1.0}', TrainConfig())  # the old name of grad_clip
        ['grad_clip was 1.0 and is 0.0']
    """
    found = {RENAMED.get(name, name): value for name, value in json.loads(old).items()}
    require_readable(found.get("chairs", {}))
    # A field that is newer than the run had its default value then.
    was, now = json.loads(TrainConfig().as_json()) | found, json.loads(config.as_json())
    for one, other, name in ((was, now, "data"), (was["chairs"], now["chairs"], "photographs")):
        folders = {str(one.get(name, "")), str(other[name])}  # several are a list
        alike = files[0] == files[1] != "" or len({Path(folder).resolve() for folder in folders}) == 1
        if alike and folders.isdisjoint({"chairs", "", "skimage"}):  # which are no folders
            one[name] = other[name]
    if files[0] and files[0] != files[1]:
        was["files of the data"], now["files of the data"] = files
    return [
        f"{name} was {was.get(name)!r} and is {now.get(name)!r}"
        for name in dict.fromkeys([*was, *now])
        if name not in MAY_CHANGE_ON_RESUME.split() and was.get(name) != now.get(name)
    ]


RECIPES = {
    # S_short as published.
    "paper": TrainConfig(),
    # What is usual ten years later: decoupled decay, one cycle, clipped gradients.
    "modern": TrainConfig(
        optimiser="adamw",
        lr=4e-4,
        weight_decay=1e-4,
        grad_clip=1.0,
        schedule="one-cycle",
        steps=200_000,
        reduction="mean",
        loss_weights=(0.44, 0.22, 0.11, 0.11, 0.11),
        augment="caffe",
    ),
    # A quarter of the width in minutes on two cores.
    "laptop": TrainConfig(
        width=0.25,
        pretrain_steps=1_500,
        size=(192, 256),
        crop=(),
        epochs_per_pair=2,
        augment="flips",
        optimiser="muon",
        lr=2e-3,
        betas=(0.9, 0.98),  # a short training cannot wait for its first, large gradients to fade
        weight_decay=5e-2,
        grad_clip=1.0,
        schedule="one-cycle",
        steps=6_000,
        reduction="mean",
        loss_weights=(0.5, 0.2, 0.1, 0.1, 0.1),
        loss_eps=1e-4,  # 2 px are much on small images
        validate_every=1_000,
        checkpoint_every=500,
    ),
}
# From weights that can match already, on other data: half of the pairs are chairs, and half of the weights are old.
RECIPES["finetune"] = replace(
    RECIPES["modern"],
    crop=(),
    augment="flips",
    init_share=0.5,
    rehearsal=0.5,
    chairs=ChairsConfig(bank=60),
    batch=4,
    steps=200,
    lr=1e-4,
    loss_weights=RECIPES["laptop"].loss_weights,
    loss_eps=1e-4,
    validate_every=100,
    checkpoint_every=100,
)


def recipe(name: str, **changes: object) -> TrainConfig:
    """Return the configuration of a recipe, with changes.

    FlowNetC gets warm-up steps unless ``changes`` say otherwise (paper, section 5.1). In the recipe "laptop" it also
    has batch normalisation: without it, training at this width did not improve for thousands of steps. If ``init``
    gives weights, as for "finetune", model, width and batch normalisation are theirs, and there is no pretraining.

    Args:
        name: "paper", "modern", "laptop" or "finetune".
        changes: Fields of TrainConfig.

    Raises:
        ValueError: If there is no such recipe or field.

    Example:
        >>> recipe("paper", model="flownetc").warmup_steps
        10000
        >>> recipe("laptop", steps=100).width
        0.25
    """
    if name not in RECIPES:
        raise ValueError(f"no recipe {name!r}; choose one of {', '.join(RECIPES)}")
    unknown = set(changes) - {f.name for f in fields(TrainConfig)}
    if unknown:
        renamed = "".join(f"; {name} is now {RENAMED[name]}" for name in sorted(unknown & set(RENAMED)))
        raise ValueError(f"TrainConfig has no field {', '.join(sorted(unknown))}{renamed}")
    init = str(changes.get("init", ""))
    if init:
        changes = options_of(load_model(init)) | changes
    config = replace(RECIPES[name], **changes)
    if config.model == "flownetc" and "warmup_steps" not in changes and name != "finetune":
        # The paper's 10,000 of 600,000 steps are too few for a short run to be the same share.
        config = replace(config, warmup_steps=10_000 if name == "paper" else config.steps // 20)
    if name == "laptop":
        better = {"batch_norm": config.model == "flownetc"}
        if config.init:
            better["pretrain_steps"] = 0
        config = replace(config, **better | changes)
    return config


def options_of(model: Network) -> dict[str, object]:
    """Return the fields of a configuration that describe a network."""
    return {"model": model.name, "width": model.config.width, "batch_norm": model.config.batch_norm}
