// The displacement explorer: pick a pixel of frame 1, and see every score that the correlation layer gives it.

import { FLOWNETC, displacement, type Features, type Settings } from "../correlation";
import { featuresOf, rgbOf, type Kind } from "../features";
import { cut, resized, type Field } from "../field";
import { attempt, button, canvas, input, onceAFrame, say, save, select, signed, text } from "../page";
import { fitted, frameOf, OWN, type Pairs } from "../pictures";
import { pixels } from "../drawing";
import { EXPERIMENTS, START, type Experiment } from "./experiments";
import { asCsv, search, verdict, type Search } from "./search";
import { drawFirst, drawNear, drawScores, drawSecond, type Frames } from "./view";

const LONGER = 264; // side of the pictures that are searched, in pixels
const SLIDERS: Record<keyof Settings, string> = { maxDisplacement: "max-displacement", stride2: "stride2", kernelSize: "kernel-size", stride1: "stride1" };

export class Explorer {
  private frames: (Frames & { features: Record<Kind, [Features, Features]>; truth: Field | null }) | null = null;
  private point: [number, number] = START.point;
  private shown: Search | null = null;
  private drawn: [number, number] | null = null; // the point that it is of
  private readonly refresh = onceAFrame(() => this.draw());

  constructor(private readonly pairs: Pairs) {
    for (const id of Object.values(SLIDERS)) input(id).addEventListener("input", () => this.changed());
    select("explorer-features").addEventListener("change", () => this.changed());
    select("explorer-pair").addEventListener("change", () => this.choose());
    button("explorer-save").addEventListener("click", () => this.shown && save("scores.csv", asCsv(this.shown)));
    for (const experiment of EXPERIMENTS) this.offer(experiment);
    this.listen(canvas("explorer-first"));
    this.listen(canvas("explorer-second"));
    this.explain(canvas("explorer-scores"));
    this.mark(EXPERIMENTS[0]);
    new ResizeObserver(this.refresh).observe(canvas("explorer-first"));
  }

  /** Show the pair that is chosen. */
  async choose(): Promise<void> {
    const name = select("explorer-pair").value;
    text("explorer-own").hidden = name !== OWN;
    await attempt("explorer-error", async () => {
      const pair = await this.pairs.get(name);
      const size = fitted(pair.crop, LONGER);
      const [first, second] = [pair.first, pair.second].map((picture) => frameOf(picture, size, false, pair.crop));
      const [a, b] = [rgbOf(first), rgbOf(second)];
      const features = { patches: pairOf("patches"), colours: pairOf("colours") };
      function pairOf(kind: Kind): [Features, Features] {
        return [featuresOf(a, kind), featuresOf(b, kind)];
      }
      const [one, two] = [first, second].map((frame) => pixels(new ImageData(frame.data, frame.width, frame.height)));
      const truth = pair.truth && resized(cut(pair.truth, pair.crop), size.width, size.height);
      this.frames = { ...size, first: one, second: two, features, truth };
      this.point = pair.name === START.pair ? START.point : [Math.floor(size.width / 2), Math.floor(size.height / 2)];
      this.refresh();
    });
  }

  private settings(): Settings {
    const value = (name: keyof Settings) => input(SLIDERS[name]).valueAsNumber;
    return { maxDisplacement: value("maxDisplacement"), stride1: value("stride1"), stride2: value("stride2"), kernelSize: value("kernelSize") };
  }

  private set(settings: Settings): void {
    for (const [name, id] of Object.entries(SLIDERS)) input(id).value = String(settings[name as keyof Settings]);
  }

  private changed(): void {
    this.mark(null);
    this.refresh();
  }

  /** A button that sets everything for one thing to notice. */
  private offer(experiment: Experiment): void {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "chip";
    made.textContent = experiment.title;
    made.dataset.experiment = experiment.title;
    made.addEventListener("click", async () => {
      this.set({ ...FLOWNETC, ...experiment.settings });
      select("explorer-features").value = experiment.features ?? "patches";
      if (select("explorer-pair").value !== START.pair) {
        select("explorer-pair").value = START.pair;
        await this.choose();
      }
      this.point = experiment.point ?? START.point;
      this.mark(experiment);
      this.refresh();
    });
    text("explorer-experiments").append(made);
  }

  private mark(experiment: Experiment | null): void {
    for (const made of text("explorer-experiments").querySelectorAll("button")) {
      made.setAttribute("aria-pressed", String(made.dataset.experiment === experiment?.title));
    }
    text("explorer-notice").textContent = (experiment ?? EXPERIMENTS[0]).notice;
  }

  private listen(board: HTMLCanvasElement): void {
    const pick = (event: PointerEvent) => {
      if (!this.frames) return;
      const box = board.getBoundingClientRect();
      const share = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      this.move(Math.floor(share[0] * this.frames.width), Math.floor(share[1] * this.frames.height));
    };
    board.addEventListener("pointerdown", (event) => {
      board.setPointerCapture(event.pointerId);
      pick(event);
    });
    board.addEventListener("pointermove", (event) => {
      if (board.hasPointerCapture(event.pointerId)) pick(event);
    });
    board.addEventListener("keydown", (event) => {
      const step = this.settings().stride1 * (event.shiftKey ? 10 : 1);
      const steps: Record<string, [number, number]> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      const by = steps[event.key];
      if (!by) return;
      event.preventDefault();
      // Keys may come faster than pictures are drawn: what is shown is where we are only if it is of this point.
      const [x, y] = this.shown && this.drawn === this.point ? [this.shown.x, this.shown.y] : this.point;
      this.move(x + by[0], y + by[1]);
    });
  }

  private move(x: number, y: number): void {
    if (!this.frames) return;
    const inside = (place: number, length: number) => Math.min(Math.max(place, 0), length - 1);
    this.point = [inside(x, this.frames.width), inside(y, this.frames.height)];
    this.refresh();
  }

  /** Say what the cell under the pointer stands for. */
  private explain(map: HTMLCanvasElement): void {
    map.addEventListener("pointermove", (event) => {
      if (!this.shown) return;
      const D = this.shown.cost.side;
      const box = map.getBoundingClientRect();
      const [column, row] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((share) => Math.min(D - 1, Math.max(0, Math.floor(share * D))));
      const { dx, dy, score } = displacement(row * D + column, this.shown.scores, this.shown.settings);
      text("explorer-cell").textContent = `channel ${row * D + column}: (${signed(dx)}, ${signed(dy)}) px scores ${score.toPrecision(3)}`;
    });
    map.addEventListener("pointerleave", () => this.tell());
  }

  private draw(): void {
    if (!this.frames) return;
    const kind = select("explorer-features").value as Kind;
    const [a, b] = this.frames.features[kind];
    const s = (this.shown = search(a, b, this.frames.truth, ...this.point, this.settings()));
    this.drawn = this.point;
    drawFirst(canvas("explorer-first"), this.frames, s);
    drawSecond(canvas("explorer-second"), this.frames, s);
    drawScores(canvas("explorer-scores"), s);
    const K = s.settings.kernelSize;
    drawNear(canvas("explorer-near-pixel"), this.frames.first, s.x, s.y, K, "accent");
    drawNear(canvas("explorer-near-match"), this.frames.second, s.x + s.peak.dx, s.y + s.peak.dy, K, "accent");
    text("explorer-near-truth-figure").hidden = !s.truth;
    if (s.truth) drawNear(canvas("explorer-near-truth"), this.frames.second, Math.round(s.x + s.truth[0]), Math.round(s.y + s.truth[1]), K, "truth");
    this.tell();
  }

  /** Put the numbers and the sentence beside the pictures. */
  private tell(): void {
    const s = this.shown;
    if (!s) return;
    for (const id of Object.values(SLIDERS)) text(`${id}-value`).textContent = input(id).value;
    const { side, channels, rows, columns, multiplications, bytes } = s.cost;
    text("explorer-channels").textContent = channels.toLocaleString("en");
    text("explorer-channels-formula").textContent = `${side} × ${side}, as D = 2 · ⌊${s.settings.maxDisplacement} / ${s.settings.stride2}⌋ + 1`;
    text("explorer-products").textContent = multiplications < 1e9 ? `${(multiplications / 1e6).toFixed(1)} million` : `${(multiplications / 1e9).toFixed(2)} billion`;
    const features = multiplications / (rows * columns * channels * s.settings.kernelSize ** 2);
    text("explorer-products-formula").textContent = `${rows} · ${columns} places × ${channels.toLocaleString("en")} × ${s.settings.kernelSize}² pixels × ${features} numbers each`;
    text("explorer-bytes").textContent = `${(bytes / 1e6).toFixed(0)} MB`;
    text("explorer-cell").textContent = `dark ${s.lowest.toPrecision(3)}, bright ${s.peak.score.toPrecision(3)}`;
    text("explorer-axis").textContent = `dx from ${signed(-s.reach)} to ${signed(s.reach)} px, dy the same, downwards`;
    const match = `Pixel (${s.x}, ${s.y}): best match at (${signed(s.peak.dx)}, ${signed(s.peak.dy)}) px`;
    say("explorer-verdict", `${match}. ${this.judged(s)}`);
    text("explorer-verdict").dataset.verdict = verdict(s);
  }

  private judged(s: Search): string {
    if (!s.truth) return this.frames?.truth ? "Where it went is hidden in frame 2." : "Look at both places from near: is it the same thing?";
    const truth = `The truth is (${signed(s.truth[0], 1)}, ${signed(s.truth[1], 1)}) px`;
    const said = { found: `found, ${s.miss!.toFixed(1)} px off.`, missed: `missed by ${s.miss!.toFixed(1)} px.`, outside: "outside the window: it cannot be found." };
    return `${truth}: ${said[verdict(s) as keyof typeof said]}`;
  }
}
