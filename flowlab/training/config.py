"""Everything that decides about a training, in one frozen record; its defaults are the paper's values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace

from flowlab.chairs import VERSION, ChairsConfig
from flowlab.chairs.config import VALIDATION_SEED

Number = float | int
SCHEDULES = ("steps", "one-cycle", "flat")
TEXTURES = 1500  # steps on them, in the laptop's recipe

# What may differ between a run and its continuation: where and how often, not what is computed.
FREE = [
    "out",
    "init",
    "device",
    "pairs_on",
    "threads",
    "workers",
    "steps",
    "log_every",
    "validate_every",
    "validate_pairs",
    "checkpoint_every",
    "snapshots",
    "tensorboard",
]


@dataclass(frozen=True)
class TrainConfig:
    """What is trained, on what, how, and what is written down. Steps are updates of the weights.

    Attributes:
        model: "flownets" or "flownetc".
        width: Factor on the channels of all layers.
        batch_norm: Normalise after each convolution of the contracting part. Not in the paper; without it a small
            FlowNetC may stand still for thousands of steps.
        init: A file of weights, or the name of shipped ones, to start from; "" draws them from ``seed``.
        textures: Steps on sliding textures before the first one on ``data``: a small network learns to match there
            (``flowlab.training.textures``).
        data: "chairs" for pairs made on the fly, or the folder of a data set in Flying Chairs' layout.
        chairs: What is in a pair made on the fly.
        size: Height and width of pairs made on the fly.
        crop: Height and width that the network sees; () for all of a pair.
        pool: Pairs that are in use at a time, and so the length of an epoch on the fly.
        reuse: Epochs in which a pair is used, each time augmented otherwise; 1 shows nothing twice.
        augment: "paper", "caffe" (as the released code has it), "mild", "flips" alone, or "none".
        seed: Of the weights, the pairs, their order and their augmentation.
        steps: How many.
        batch: Pairs in a step, over all ranks.
        optimiser: "adam" (weight decay is added to the gradient), "adamw" (decoupled), or "muon", which learns to match
            in far fewer steps, of which each takes somewhat longer (``flowlab.training.muon``).
        lr: The highest learning rate.
        betas: Of Adam's two averages; the first is Muon's momentum, too.
        weight_decay: Not on biases and not on upconvolutions, as in the released code; with "muon" on all
            that it turns.
        clip: Gradients longer than this are shortened to it; 0 leaves them.
        schedule: "steps" halves at ``milestones``; "one-cycle" rises over the first 5 % and falls to nothing by a
            cosine; "flat" stays, and falls in a line over the last fifth.
        milestones: Steps at which "steps" halves the learning rate.
        warmup_steps: The rate first climbs in a line from ``warmup_lr`` for this long; 0 for no time.
        warmup_lr: Where that line begins.
        loss_form: "sum" over a level's pixels, as published, or their "mean".
        loss_weights: Of the levels, finest first.
        charbonnier: The constant inside the root, in (pixels / 20) squared.
        out: Folder of the run. It may hold the checkpoint of the same run, which then goes on.
        device: "cpu", "cuda", "cuda:1" ..., or "auto".
        pairs_on: Where pairs on the fly are made: "cpu"; "cuda", by chairs.cu on the device that trains, with a bank
            of backgrounds (``flowlab.chairs.device``); "auto" for the device wherever it can make them.
        threads: Of PyTorch on the CPU; 0 leaves its choice.
        precision: "fp32", or "bf16" for autocast.
        workers: Processes that make pairs, or draw them for the GPU; 0 does it in between the steps.
        log_every: Steps between two lines of the log.
        validate_every: Steps between two validations; 0 for one at the end.
        validate_pairs: Held-out pairs to validate on; 0 never validates.
        checkpoint_every: Steps between two checkpoints: no kill costs more.
        snapshots: Weights to keep along the way, closer together at the beginning; 0 for none.
        tensorboard: Write for TensorBoard, too.

    Raises:
        ValueError: If a value cannot be.

    Example:
        >>> TrainConfig().steps, TrainConfig().lr, TrainConfig(batch=4).batch
        (600000, 0.0001, 4)
    """

    model: str = "flownets"
    width: Number = 1.0
    batch_norm: bool = False
    init: str = ""
    textures: int = 0
    data: str = "chairs"
    chairs: ChairsConfig = field(default_factory=ChairsConfig)
    size: tuple[int, int] = (384, 512)
    crop: tuple[int, ...] = (320, 448)
    pool: int = 256
    reuse: int = 1
    augment: str = "paper"
    seed: int = 0
    steps: int = 600_000
    batch: int = 8
    optimiser: str = "adam"
    lr: Number = 1e-4
    betas: tuple[Number, Number] = (0.9, 0.999)
    weight_decay: Number = 4e-4
    clip: Number = 0.0
    schedule: str = "steps"
    milestones: tuple[int, ...] = (300_000, 400_000, 500_000)
    warmup_steps: int = 0
    warmup_lr: Number = 1e-6
    loss_form: str = "sum"
    loss_weights: tuple[Number, ...] = (0.005, 0.01, 0.02, 0.08, 0.32)
    charbonnier: Number = 1e-2
    out: str = "run"
    device: str = "auto"
    pairs_on: str = "auto"
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
        """Refuse what cannot be, in words."""
        self._require_choices()
        self._require_numbers()
        if self.seed == VALIDATION_SEED:
            raise ValueError(f"seed {VALIDATION_SEED} makes the held-out pairs; train with another one")

    def _require_choices(self) -> None:
        choices = {
            "model": ("flownets", "flownetc"),
            "augment": ("paper", "caffe", "mild", "flips", "none"),
            "optimiser": ("adam", "adamw", "muon"),
            "schedule": SCHEDULES,
            "loss_form": ("sum", "mean"),
            "precision": ("fp32", "bf16"),
            "pairs_on": ("auto", "cpu", "cuda"),
        }
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {getattr(self, name)!r}")

    def _require_numbers(self) -> None:
        least = {"seed": 0, "workers": 0, "threads": 0, "textures": 0, "warmup_steps": 0, "snapshots": 0}
        least |= {
            "validate_every": 0,
            "validate_pairs": 0,
            "steps": 1,
            "batch": 1,
            "log_every": 1,
            "checkpoint_every": 1,
            "pool": 1,
            "reuse": 1,
        }
        for name, low in least.items():
            if getattr(self, name) < low:
                raise ValueError(f"{name} must be at least {low}, got {getattr(self, name)}")
        if self.lr <= 0 or self.warmup_lr <= 0:
            raise ValueError(f"lr and warmup_lr must be above 0, got {self.lr} and {self.warmup_lr}")
        if self.reuse > self.pool:
            raise ValueError(
                f"reuse must be at most pool ({self.pool}), so that an epoch has new pairs; got {self.reuse}"
            )
        if len(self.loss_weights) != 5:
            raise ValueError(f"loss_weights has one for each of 5 levels, finest first, got {self.loss_weights}")
        if len(self.crop) not in (0, 2):
            raise ValueError(f"crop is (height, width) or (), got {self.crop}")
        if self.crop and self.data == "chairs" and (self.crop[0] > self.size[0] or self.crop[1] > self.size[1]):
            raise ValueError(f"crop {self.crop} is larger than size {self.size}")

    def as_json(self) -> str:
        """Write the record down, with the version of the generator.

        Example:
            >>> json.loads(TrainConfig().as_json())["batch"]
            8
        """
        return json.dumps(asdict(self) | {"chairs": self.chairs.record(), "generator": VERSION}, indent=1)


def same_run(old: str, config: TrainConfig) -> list[str]:
    """Say in which points a run, read from its JSON, is another one than ``config``; [] lets it go on.

    Example:
        >>> same_run(TrainConfig(lr=1e-3).as_json(), TrainConfig(lr=1e-4, steps=7))
        ['lr was 0.001 and is 0.0001']
    """
    # A field that came later stood at its default when the run began.
    was, now = json.loads(TrainConfig().as_json()) | json.loads(old), json.loads(config.as_json())
    return [
        f"{name} was {was.get(name)!r} and is {now.get(name)!r}"
        for name in dict.fromkeys([*was, *now])
        if name not in FREE and was.get(name) != now.get(name)
    ]


RECIPES = {
    # S_short as published.
    "paper": TrainConfig(),
    # What is usual ten years later: decoupled decay, one cycle, clipped gradients.
    "modern": TrainConfig(
        optimiser="adamw",
        lr=4e-4,
        weight_decay=1e-4,
        clip=1.0,
        schedule="one-cycle",
        steps=200_000,
        loss_form="mean",
        loss_weights=(0.44, 0.22, 0.11, 0.11, 0.11),
        augment="caffe",
    ),
    # A quarter of the width in minutes on two cores.
    "laptop": TrainConfig(
        width=0.25,
        textures=TEXTURES,
        size=(192, 256),
        crop=(),
        pool=256,
        reuse=2,
        augment="flips",
        optimiser="muon",
        lr=2e-3,
        betas=(0.9, 0.98),  # so short a training cannot wait for the squares of its first, large gradients to fade
        weight_decay=5e-2,
        clip=1.0,
        schedule="one-cycle",
        steps=6_000,
        loss_form="mean",
        loss_weights=(0.5, 0.2, 0.1, 0.1, 0.1),
        charbonnier=1e-4,  # on small pictures 2 px are much
        validate_every=1_000,
        checkpoint_every=500,
    ),
}


def recipe(name: str, **changes: object) -> TrainConfig:
    """Take a recipe, with changes; FlowNetC starts slowly unless told otherwise (paper, section 5.2).

    At the laptop's width it also has batch normalisation: without it, it was seen to stand still for thousands of
    steps. Weights that are given have learnt to match, so no sliding textures come before them.

    Args:
        name: "paper", "modern" or "laptop".
        changes: Fields of TrainConfig.

    Returns:
        The record.

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
        raise ValueError(f"a recipe has no {', '.join(sorted(unknown))}; its fields are those of TrainConfig")
    config = replace(RECIPES[name], **changes)
    if config.model == "flownetc" and "warmup_steps" not in changes:
        # The paper's 10,000 of 600,000 steps are too few for a short run to be the same share.
        config = replace(config, warmup_steps=10_000 if name == "paper" else config.steps // 20)
    if name == "laptop":
        better = {"batch_norm": config.model == "flownetc"} | ({"textures": 0} if config.init else {})
        config = replace(config, **{field: value for field, value in better.items() if field not in changes})
    return config
