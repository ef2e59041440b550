"""The loop of a training, on one screen; what surrounds it is in the files beside this one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import torch
from torch import Tensor
from tqdm import tqdm

from flowlab.field._disk import made_folder, write_atomically
from flowlab.models import Network, save_model
from flowlab.training import card
from flowlab.training.augmenting import Augmenter
from flowlab.training.checkpoint import NAME, Position, load_checkpoint, save_checkpoint
from flowlab.training.config import TrainConfig
from flowlab.training.log import Clock, Log
from flowlab.training.network import make_network
from flowlab.training.optimiser import make_optimiser
from flowlab.training.pairs import batches
from flowlab.training.pairs_on_device import DeviceBatches, made_there
from flowlab.training.ranks import Ranks, ranks
from flowlab.training.schedule import learning_rate
from flowlab.training.snapshots import snapshot_path, snapshot_steps
from flowlab.training.stopping import Stop, stop_when_asked
from flowlab.training.textures import learn_to_match
from flowlab.training.update import update
from flowlab.training.validation import HeldOut


class TrainingError(RuntimeError):
    """A training that cannot go on; the message says what happened and where the last good checkpoint is."""


@dataclass(frozen=True)
class Report:
    """What someone who watches a training gets at each line of its log.

    Attributes:
        step: Updates made.
        row: The line: "event" is "train" or "validation".
        model: The network as it is now. Look, but leave it as it is.
    """

    step: int
    row: dict
    model: Network


@dataclass(frozen=True)
class Result:
    """What a training leaves.

    Attributes:
        model: The network, in evaluation mode.
        step: Updates made.
        finished: False if someone stopped it; the same call then goes on.
        log: All lines of the log, as records.
        out: The folder.
    """

    model: Network
    step: int
    finished: bool
    log: list[dict]
    out: Path


def fit(
    config: TrainConfig, *, progress: bool = False, watch: Callable[[Report], None] | None = None, command: str = ""
) -> Result:
    """Train, or go on with a training that was stopped or killed, exactly as if it had not been.

    Args:
        config: What to do. Where ``config.out`` has a checkpoint of the same run, this goes on from it.
        progress: Show a bar.
        watch: Called at each line of the log, on rank 0.
        command: For the model's card, how this was called.

    Returns:
        The network and how the training went. ``out`` then holds model.safetensors, its card model.md, best.safetensors
        (by validation), checkpoint.safetensors and log.jsonl.

    Raises:
        ValueError: If the folder holds another run.
        TrainingError: If the loss became NaN or infinite, a worker died, or a file cannot be written.
    """
    with _threads(config.threads), ranks(config.device, config.batch) as here, stop_when_asked() as stop:
        run = _Run(config, here, command or f"fit({config})")
        try:
            return run.go(stop, progress and here.rank == 0, watch)
        except (OSError, EOFError, RuntimeError) as error:
            died = isinstance(error, ConnectionError | EOFError) or "DataLoader worker" in str(error)
            if not (died or isinstance(error, OSError)):
                raise
            said = f"stopped at step {run.step}: {error}. "
            if died:
                said = (
                    f"stopped at step {run.step}: a process that makes pairs died ({error}). That is often a lack of "
                    "memory, or of shared memory; --workers 0 needs neither. "
                )
            raise TrainingError(said + run.last_good()) from error
        finally:
            run.log.close()


class _Run:
    """A training while it runs."""

    def __init__(self, config: TrainConfig, here: Ranks, command: str):
        self.config, self.here, self.command = config, here, command
        self.out = Path(config.out)
        made_folder(self.out)
        self.model = make_network(config, here.device)
        self.optimiser = make_optimiser(self.model, config)
        found = load_checkpoint(self.out, self.model, self.optimiser, config)
        self.fresh, self.position = found is None, found or Position()
        self.step, self.best = self.position.step, self.position.best
        self.before, self.started = self.position.seconds, time.perf_counter()
        self.first = here.rank == 0
        self.log = Log(self.out if self.first else None, self.step, tensorboard=config.tensorboard)
        if self.first:
            write_atomically(self.out / "config.json", [config.as_json().encode()])
            self.log.write("start", self.step, steps=config.steps, command=self.command)
        self.held_out = HeldOut(config, here) if config.validate_pairs else None
        self.losses: list[Tensor] = []
        self.norms: list[Tensor] = []
        self.clock = Clock()

    def go(self, stop: Stop, progress: bool, watch: Callable[[Report], None] | None) -> Result:
        config, here, device = self.config, self.here, self.here.device
        if self.fresh and config.pretrain_steps and not self.match_first(stop, progress):
            return self.finish()
        shared = here.wrap(self.model).train()
        augment = Augmenter(config) if device.type != "cpu" else None
        snapshots = set(snapshot_steps(config.snapshots, config.steps))
        if made_there(config, device):
            data = DeviceBatches(config, self.step, here, progress=progress)
        else:
            share = {"rank": here.rank, "world": here.world}
            data = batches(config, self.step, **share, on_cpu=augment is None, progress=progress)
        bar = tqdm(total=config.steps, initial=self.step, unit="step", disable=not progress, smoothing=0.05)
        self.clock.begin()
        with closing(data), bar:
            while self.step < config.steps and not here.any(stop.asked):
                asked = time.perf_counter()
                batch, places = next(data)
                self.clock.waited += time.perf_counter() - asked
                if augment:
                    batch = augment(tuple(t.to(device, non_blocking=True) for t in batch), places)
                loss, norm = update(shared, self.optimiser, config, self.step, batch)
                self.losses.append(loss)
                self.norms.append(norm)
                self.step += 1
                self.clock.steps += 1
                bar.update()
                self.write_down(bar, watch)
                if self.step in snapshots and self.first:
                    path = snapshot_path(self.out, self.step)
                    path.parent.mkdir(exist_ok=True)
                    save_model(self.model, path, {"step": str(self.step)}, dtype=torch.float16)
        return self.finish()

    def match_first(self, stop: Stop, progress: bool) -> bool:
        """Learn to match on sliding textures, on each rank the same; a stop or a kill costs no more than this."""
        config = self.config
        done = learn_to_match(
            self.model,
            config.pretrain_steps,
            seed=config.seed,
            precision=config.precision,
            stopped=lambda: self.here.any(stop.asked),
            progress=progress,
        )
        if done:
            self.save()
        return done

    def write_down(self, bar: tqdm, watch: Callable[[Report], None] | None) -> None:
        """Log, validate and save, each when its time has come."""
        config = self.config
        last = self.step == config.steps
        every = {name: getattr(config, f"{name}_every") for name in ("log", "validate", "checkpoint")}
        due = {name for name, n in every.items() if last or (n and self.step % n == 0)}
        if not due:
            return
        mean = self.checked()
        rows = []
        if "log" in due:
            rows.append(self.log_train(mean))
            bar.set_postfix_str(f"loss {mean:.4f}", refresh=False)
        paused = time.perf_counter()
        if "validate" in due and self.held_out:
            rows.append(self.validate())
        if "checkpoint" in due:
            self.save()
        if watch and self.first:
            for row in rows:
                watch(Report(self.step, row, self.model))
        self.clock.pause(time.perf_counter() - paused)

    def checked(self) -> float:
        """Return the mean loss since the last line of the log, over the ranks, if it is a number."""
        values = torch.stack([torch.stack(self.losses).double().mean(), torch.stack(self.norms).double().mean()])
        loss, norm = (self.here.total(values.cpu()) / self.here.world).tolist()
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise TrainingError(
                f"the loss or its gradient became NaN or infinite, between steps {self.step - len(self.losses)} and "
                f"{self.step}. A lower lr, more warmup_steps or a lower grad_clip may help, in another folder. "
                f"{self.last_good()}"
            )
        return loss

    def log_train(self, loss: float) -> dict:
        norm = float(torch.stack(self.norms).mean())
        self.losses.clear()
        self.norms.clear()
        row = self.log.write(
            "train",
            self.step,
            loss=round(loss, 6),
            lr=learning_rate(self.config, self.step - 1),
            grad_norm=round(norm, 4),
            **self.clock.figures(self.config.batch),
            seconds=round(self.seconds(), 1),
        )
        self.clock.begin()
        return row

    def validate(self) -> dict:
        self.model.eval()
        scores = {name: round(value, 4) for name, value in self.held_out.score(self.model).items()}
        if self.log.board:
            img1, img2, flow, _ = next(self.held_out.batches())
            with torch.no_grad():
                self.log.picture(self.step, img1[:4], flow[:4], self.model(img1[:4], img2[:4]).flow)
        self.model.train()
        if scores["epe"] < self.best:
            self.best = scores["epe"]
            if self.first:
                save_model(self.model, self.out / "best.safetensors", card.metadata(self.config, self.step, scores))
        return self.log.write("validation", self.step, **scores, seconds=round(self.seconds(), 1))

    def save(self) -> None:
        position = Position(self.step, self.best, self.seconds())
        if self.first:
            save_checkpoint(self.out, self.model, self.optimiser, position, self.config)
        self.position = position

    def finish(self) -> Result:
        """End a training that is through, or that someone stopped."""
        finished = self.step == self.config.steps
        if self.position.step != self.step:
            if self.losses:
                self.checked()
            self.save()
        self.log.write("end" if finished else "stopped", self.step, seconds=round(self.seconds(), 1))
        if finished and self.first:
            scores = next((row for row in reversed(self.log.rows) if row["event"] == "validation"), {})
            results = {k: v for k, v in scores.items() if k not in ("event", "step", "seconds") and v is not None}
            save_model(self.model, self.out / "model.safetensors", card.metadata(self.config, self.step, results))
            card.write_card(self.out / "model.md", self.config, self.step, self.log.rows, results, self.command)
        self.here.wait()
        return Result(self.model.eval(), self.step, finished, self.log.rows, self.out)

    def seconds(self) -> float:
        """Say how long the training has run, over all its parts."""
        return self.before + time.perf_counter() - self.started

    def last_good(self) -> str:
        """Say where the last good checkpoint is."""
        if not (self.out / NAME).exists():
            return f"There is no checkpoint in {self.out} yet."
        return f"The checkpoint of step {self.position.step} is in {self.out}; the same command goes on from there."


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Give PyTorch this many threads for a while, 0 for as many as it has, and OpenCV one.

    A worker forked while OpenCV has a pool of threads waits for them for ever.
    """
    before, opencv = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(count or before)
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
        cv2.setNumThreads(opencv)
