"""The training loop: data and step; between the steps log, validation and checkpoint."""

from __future__ import annotations

import copy
import json
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from flowlab._disk import ensure_folder, locked_folder, write_atomically
from flowlab.datasets.augment import sample_generator
from flowlab.training import run_folder
from flowlab.training.config import TrainConfig
from flowlab.training.data import Batches, HeldOut, files_of, made_on_gpu
from flowlab.training.distributed import DistributedContext, distributed
from flowlab.training.optim import learning_rate, make_optimiser, threads
from flowlab.training.pretrain import learn_to_match
from flowlab.training.run_folder import CHECKPOINT, Log, Progress
from flowlab.training.sources import PairError, Split, open_pairs
from flowlab.training.step import METRICS, make_scaler, update, validate


class TrainingError(RuntimeError):
    """A training that cannot go on; the message says why, and where the last good checkpoint is."""


@dataclass(frozen=True)
class Report:
    """The argument of ``watch``, at each line of the log.

    Attributes:
        step: Steps done.
        row: The line; "event" is "train", "validation", or "before" for the validation of a network that was given,
            before the first step. The last two have "epe", and "zero_epe" for a flow of 0.
        model: The network as it is now; do not change it.
    """

    step: int
    row: dict
    model: nn.Module


@dataclass(frozen=True)
class Result:
    """The result of a training.

    Attributes:
        model: The network, in evaluation mode.
        step: Steps done.
        finished: False if the training was stopped; the same call then resumes it.
        log: All lines of the log, as records.
        out: The folder.
    """

    model: nn.Module
    step: int
    finished: bool
    log: list[dict]
    out: Path


def fit(
    config: TrainConfig,
    *,
    data: Any = None,
    validation: Any = None,
    model: Any = None,
    progress: bool = False,
    watch: Callable[[Report], None] | None = None,
    command: str = "",
) -> Result:
    """Train a network, or resume one that was stopped or killed: weights end with the same bits.

    Args:
        config: The training. If ``config.out`` holds a checkpoint of the same run, it is resumed.
        data: Pairs in place of ``config.data``: any map-style data set with items (img1, img2, flow, valid), NumPy or
            torch: images uint8 or floats in [0, 1], flow in pixels, and where it is known. Sizes may differ.
        validation: Held-out pairs; None holds out a part of ``data`` (``config.holdout``).
        model: A network in place of ``config.model``, trained from the weights that it has: any module that
            takes two batches of RGB in [0, 1] and returns a flow (B, 2, H, W), a list of flows, the best
            one last, or an object with ``.flow``. Unless it is a FlowNet, its loss is ``sequence_loss``
            in pixels, and files of weights hold its state dict. Frozen parameters stay as they are.
        progress: Show a bar.
        watch: Called at each line of the log, on rank 0.
        command: The command that called this, for the model's card.

    Returns:
        The network and the log. ``out`` then holds model.safetensors, its card model.md,
        best.safetensors (by validation), checkpoint.safetensors and log.jsonl.

    Raises:
        ValueError: If the folder holds another run, another job is at work there, or data, ``init`` or the
            flows of ``model`` are unusable; a TypeError if it returns none.
        TrainingError: If the loss became NaN or infinite, a pair is unusable, a worker died, a disk is full.
    """
    config = run_folder.naming(config, data, model)
    pairs = open_pairs(config, data, validation)
    with (
        threads(config.threads),
        distributed(config.device, config.batch) as ctx,
        stop_when_asked() as stop,
        ExitStack() as stack,
    ):
        made_on_gpu(config, ctx.device)  # refuses data_device before the folder is made
        if ctx.rank == 0:
            stack.enter_context(locked_folder(Path(config.out), run_folder.SNAPSHOTS))
        run = _Run(config, ctx, command or f"fit({config})", watch, pairs, model)
        try:
            return run.go(lambda: ctx.any(stop.is_set()), progress and ctx.rank == 0)
        except (OSError, EOFError, RuntimeError, PairError) as error:
            reason = f"{error}."
            if isinstance(error, ConnectionError | EOFError) or "DataLoader worker (pid" in str(error):
                reason = (
                    f"a process that makes pairs died ({error}). That is often a lack of memory, or of shared memory; "
                    "--workers 0 needs neither."
                )
            elif not isinstance(error, OSError | PairError):
                raise
            raise TrainingError(f"stopped at step {run.step}: {reason} {run.last_good()}") from error
        finally:
            run.log.close()


class _Run:
    """A training while it runs."""

    def __init__(
        self,
        config: TrainConfig,
        ctx: DistributedContext,
        command: str,
        watch: Callable | None,
        pairs: Split | None,
        model: nn.Module | None,
    ):
        self.config, self.ctx, self.command, self.watch, self.pairs = config, ctx, command, watch, pairs
        self.out, self.first = ensure_folder(Path(config.out)), ctx.rank == 0
        self.began_trained = bool(config.init) or model is not None
        self.whole = run_folder.make_network(config, ctx.device) if model is None else model.to(ctx.device)
        self.model = run_folder.bare(self.whole)  # it may be compiled
        self.given = copy.deepcopy(self.model.state_dict()) if config.init and config.init_share else {}
        self.optimiser = make_optimiser(self.model, config)
        self.scaler = make_scaler(config, ctx.device)
        self.files = files_of(config, pairs)
        progress = run_folder.load_checkpoint(self.out, self.model, self.optimiser, config, self.files)
        if progress and progress.scaler != "{}":  # of a card with bfloat16
            self.scaler.load_state_dict(json.loads(progress.scaler))
        self.held_out, self.zero = HeldOut(config, ctx, pairs), None  # before there are files
        self.saved = progress.step if progress else None  # the step of the last checkpoint
        self.step = self.saved or 0
        self.log = Log(self.out if self.first else None, progress or Progress(), tensorboard=config.tensorboard)
        if self.first:
            write_atomically(self.out / "config.json", config.as_json().encode())
            self.log.write("start", self.step, steps=config.steps, command=self.command)
        self.snapshots = run_folder.snapshot_steps(config.snapshots, config.steps)

    def begin_line(self) -> None:
        """Begin to measure for the next line of the log."""
        self.losses: list[Tensor] = []  # of each step, the loss and the norm of its gradient
        self.began, self.waited = time.perf_counter(), 0.0

    def go(self, stopped: Callable[[], bool], progress: bool) -> Result:
        """Train until all steps are done, or the training is stopped."""
        config, ctx = self.config, self.ctx
        if self.saved is None and config.pretrain_steps:  # on each rank, without a checkpoint
            seed, precision = config.seed, config.precision
            if not learn_to_match(
                self.model, config.pretrain_steps, seed=seed, precision=precision, stopped=stopped, progress=progress
            ):
                return self.finish()
            self.save()
        if self.saved is None and self.began_trained and self.held_out.count:
            row = self.validate("before")
            if self.watch and self.first:
                self.watch(Report(0, row, self.model))
        shared = ctx.wrap(self.whole).train()
        data = Batches(config, self.step, ctx, pairs=self.pairs, progress=progress)
        bar = tqdm(total=config.steps, initial=self.step, unit="step", disable=not progress, smoothing=0.05)
        self.begin_line()
        with closing(data), bar:
            while self.step < config.steps and not stopped():
                asked = time.perf_counter()
                batch = next(data)
                self.waited += time.perf_counter() - asked
                with torch.random.fork_rng([ctx.device] if ctx.device.type == "cuda" else []):
                    # Dropout's numbers are a function of the step: a resumed run has the same.
                    torch.manual_seed(int(sample_generator(config.seed, self.step, ctx.rank).integers(2**63)))
                    loss = update(shared, self.optimiser, config, self.step, batch, self.scaler)
                self.losses.append(torch.stack(loss))
                self.step += 1
                bar.update()
                self.write_down(bar)
        return self.finish()

    def write_down(self, bar: tqdm) -> None:
        """Log, validate and save, each if it is due."""
        config, rows = self.config, []
        every = {"log": config.log_every, "validate": config.validate_every, "checkpoint": config.checkpoint_every}
        due = {name for name, n in every.items() if self.step == config.steps or (n and self.step % n == 0)}
        snapshot = self.step in self.snapshots
        if not (due or snapshot):
            return
        loss, norm = self.checked()
        if "log" in due:
            rows.append(self.log_train(loss, norm))
            bar.set_postfix_str(f"loss {loss:.4f}", refresh=False)
        paused = time.perf_counter()
        if "validate" in due and self.held_out.count:
            rows.append(self.validate())
        if "checkpoint" in due:
            self.save()
        if self.first:
            if snapshot:
                folder, name = self.out / run_folder.SNAPSHOTS, f"step-{self.step:07d}"
                folder.mkdir(exist_ok=True)
                run_folder.save_weights(self.model, folder, name, config, self.step, {}, torch.float16)
            for row in rows if self.watch else ():
                self.watch(Report(self.step, row, self.model))
        self.began += time.perf_counter() - paused  # the log's speed is that of the steps alone

    def checked(self) -> tuple[float, float]:
        """Return the mean loss and gradient norm since the last line of the log, over the ranks."""
        sums = self.ctx.total(torch.stack(self.losses).double().mean(0).cpu())
        loss, norm = (sums / self.ctx.world).tolist()
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise TrainingError(
                "the loss or its gradient became NaN or infinite, between steps "
                f"{self.step - len(self.losses)} and {self.step}. A lower lr, more warmup_steps or a lower "
                f"grad_clip may help, in another folder. {self.last_good()}"
            )
        return loss, norm

    def log_train(self, loss: float, norm: float) -> dict:
        """Write the line of the steps since the last one, with their speed and the part of the time spent waiting."""
        seconds = max(time.perf_counter() - self.began, 1e-9)
        speed = len(self.losses) / seconds
        row = self.log.write(
            "train",
            self.step,
            loss=round(loss, 6),
            lr=learning_rate(self.config, self.step - 1),
            grad_norm=round(norm, 4),
            steps_per_s=round(speed, 4),
            pairs_per_s=round(speed * self.config.batch, 4),
            data_wait=round(self.waited / seconds, 4),
        )
        self.begin_line()
        return row

    def result(self) -> nn.Module:
        """Return the network that is judged and saved: with ``init_share``, a mean of weights."""
        model = copy.deepcopy(self.model) if self.given else self.model
        for name, value in model.state_dict().items() if self.given else ():
            if value.is_floating_point():
                value.lerp_(self.given[name], self.config.init_share)
        return model.eval()

    def validate(self, event: str = "validation") -> dict:
        """Measure the held-out error, and zero flow's; keep the weights if it is the lowest so far."""
        model = self.result()
        scores = validate(model, self.held_out, self.ctx)
        if self.zero is None:
            zero = validate(lambda img1, _: 0 * img1[:, :2], self.held_out, self.ctx)
            self.zero = zero["epe"]
        if self.first:
            if self.log.board:
                self.log.show(self.step, model, *(part[:4] for part in next(iter(self.held_out))))
            if scores["epe"] < self.log.best:
                self.log.best = scores["epe"]
                run_folder.save_weights(model, self.out, "best", self.config, self.step, scores)
        self.model.train()
        return self.log.write(event, self.step, **scores, zero_epe=self.zero)

    def save(self) -> None:
        """Write the checkpoint."""
        if self.first:
            scaler = json.dumps(self.scaler.state_dict())
            progress = Progress(self.step, self.log.best, self.log.seconds(), self.files, scaler)
            run_folder.save_checkpoint(self.out, self.model, self.optimiser, progress, self.config)
        self.saved = self.step

    def finish(self) -> Result:
        """End a training that is complete or was stopped."""
        finished = self.step == self.config.steps
        if self.step != (self.saved or 0):
            if self.losses:
                self.checked()
            self.save()
        self.log.write("end" if finished else "stopped", self.step)
        model = self.result()
        if finished and self.first:
            row = next((row for row in reversed(self.log.rows) if row["event"] == "validation"), {})
            scores = {name: row[name] for name in METRICS if row.get(name) is not None}
            run_folder.save_weights(model, self.out, "model", self.config, self.step, scores)
            about = self.pairs.about if self.pairs else ""
            run_folder.write_card(self.out / "model.md", self.config, self.log.rows, scores, self.command, about)
        self.ctx.wait()
        model.to(memory_format=torch.contiguous_format)  # as LBFGS and torch.func want weights
        return Result(model, self.step, finished, self.log.rows, self.out)

    def last_good(self) -> str:
        """Return a sentence that names the last good checkpoint."""
        if not (self.out / CHECKPOINT).exists():
            return f"There is no checkpoint in {self.out} yet."
        return f"The checkpoint of step {self.saved} is in {self.out}; the same command resumes it."


@contextmanager
def stop_when_asked() -> Iterator[threading.Event]:
    """Catch SIGINT (Ctrl-C) and SIGTERM: the first ends the training after the running step.

    A second SIGINT interrupts at once. Only the main thread of a program can catch signals.
    """
    stop = threading.Event()

    def ask(number: int, frame: object) -> None:
        """Note the signal; the next SIGINT is Python's own."""
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    in_main_thread = threading.current_thread() is threading.main_thread()
    caught = (signal.SIGINT, signal.SIGTERM) if in_main_thread else ()
    before = {number: signal.signal(number, ask) for number in caught}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
