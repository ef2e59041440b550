// The second part of the page: a network on pairs, a video file and the webcam.

import { endPointError, asFlo, lengthOf, resized, rounded, type Field } from "../field";
import { megabytes } from "../loading";
import { attempt, button, canvas, input, option, say, save, select, text } from "../page";
import { OWN, type Pairs } from "../pictures";
import type { Known, Weight } from "../weight";
import { Client, bestBackend, type Ready } from "./client";
import type { Backend, Frame } from "./messages";
import { Rate } from "./rate";
import { framesOf, Moving } from "./source";
import { drawColours, drawLegend, drawPicture, kept } from "./view";

type Source = "pair" | "video" | "camera";

export class Lab {
  private readonly client = new Client(new URL(".", document.baseURI).href);
  private readonly rate = new Rate();
  private ready: Ready | null = null;
  private network = "";
  private readonly loaded = new Map<string, number>(); // bytes, by what they are of
  private moving: Moving | null = null;
  private round = 0; // counts what the visitor asked for; whoever works for an older one stops
  private scale = 0;
  private last: { picture: ImageData; flow: Field; truth: Field | null } | null = null;

  constructor(private readonly pairs: Pairs, private readonly networks: Known[], private readonly weight: Weight) {
    for (const { name } of networks) select("lab-network").append(option(name, name));
    this.took("page", weight.page);
    drawLegend(canvas("lab-legend"));
    button("lab-load").addEventListener("click", () => this.start());
    select("lab-network").addEventListener("change", () => (this.ready ? this.start() : this.announce()));
    for (const source of document.querySelectorAll<HTMLInputElement>("input[name=lab-source]")) source.addEventListener("change", () => this.begin());
    for (const id of ["lab-pair", "lab-size"]) select(id).addEventListener("change", () => this.begin());
    for (const id of ["lab-scale", "lab-arrows"]) text(id).addEventListener("change", () => this.redraw());
    input("lab-video").addEventListener("change", () => this.begin());
    button("lab-pause").addEventListener("click", () => this.pause());
    button("lab-save").addEventListener("click", () => this.last && save("flow.flo", asFlo(this.last.flow)));
    new ResizeObserver(() => this.redraw()).observe(canvas("lab-picture"));
    document.addEventListener("visibilitychange", () => document.hidden && this.source() === "camera" && this.halt());
  }

  /** Say what will be loaded, before anything is. */
  async announce(): Promise<void> {
    const backend = await bestBackend();
    const known = this.chosen();
    const runtime = this.weight.runtimes[backend];
    button("lab-load").textContent = `Load the network, ${megabytes(runtime + known.bytes)}`;
    const all = this.weight.page + runtime + this.networks.reduce((sum, { bytes }) => sum + bytes, 0);
    text("lab-weight").textContent =
      `${megabytes(known.bytes)} of weights (${(known.parameters / 1e6).toFixed(1)} million numbers) and ${megabytes(runtime)} of onnxruntime, ` +
      `loaded once and kept: after that this works offline. The whole page, all its networks included, weighs ${megabytes(all)}.`;
    text("lab-weight").dataset.bytes = String(all);
  }

  /** Say what has been loaded so far, all in all. */
  private took(what: string, bytes: number): void {
    this.loaded.set(what, bytes);
    const all = [...this.loaded.values()].reduce((sum, some) => sum + some, 0);
    text("page-weight").textContent = `You have loaded ${megabytes(all)} so far.`;
  }

  private chosen(): Known {
    return this.networks.find(({ name }) => name === select("lab-network").value) ?? this.networks[0];
  }

  private source(): Source {
    return document.querySelector<HTMLInputElement>("input[name=lab-source]:checked")!.value as Source;
  }

  private async start(): Promise<void> {
    const known = this.chosen();
    button("lab-load").disabled = true;
    this.halt();
    await attempt("lab-error", async () => {
      const total = known.bytes + (this.ready ? 0 : this.weight.runtimes[await bestBackend()]);
      const bar = text("lab-progress") as HTMLProgressElement;
      bar.max = total;
      bar.value = 0;
      bar.hidden = false;
      try {
        this.ready = await this.client.load(known.name, (bytes) => (bar.value += bytes));
      } finally {
        bar.hidden = true;
        button("lab-load").disabled = false;
      }
      this.network = known.name;
      this.took("runtime", this.weight.runtimes[await bestBackend()]);
      this.took(known.name, known.bytes);
      text("lab-controls").append(text("lab-network-label")); // from now on it stands with the other choices
      text("lab-before").hidden = true;
      text("lab-bench").hidden = false;
    });
    if (this.network === known.name) await this.begin();
  }

  /** Work on what is chosen now. */
  async begin(): Promise<void> {
    const source = this.source();
    for (const [id, owner] of [["lab-of-pair", "pair"], ["lab-of-video", "video"], ["lab-pause", "moving"]]) {
      text(id).hidden = !(owner === source || (owner === "moving" && source !== "pair"));
    }
    text("lab-own").hidden = source !== "pair" || select("lab-pair").value !== OWN;
    if (!this.ready) return;
    this.halt();
    const round = this.round;
    await attempt("lab-error", async () => {
      if (source === "pair") return this.still(round);
      const moving = await this.opened(source);
      if (moving && round === this.round) await this.follow(moving, round);
      else moving?.stop();
    });
  }

  /** Stop whatever runs. */
  private halt(): void {
    this.round++;
    this.moving?.stop();
    this.moving = null;
    this.scale = 0;
    this.rate.reset();
    button("lab-pause").textContent = "Pause";
    say("lab-judgement", "");
  }

  private async opened(source: Source): Promise<Moving | null> {
    const video = text("lab-player") as HTMLVideoElement;
    if (source === "camera") return Moving.camera(video);
    const file = input("lab-video").files?.[0];
    return file ? Moving.file(video, file) : null;
  }

  private async still(round: number): Promise<void> {
    const pair = await this.pairs.get(select("lab-pair").value);
    const [first, second] = framesOf(pair, this.longer());
    const truth = pair.truth && resized(pair.truth, first.width, first.height);
    await this.pair(first, second, truth, round);
  }

  private async follow(moving: Moving, round: number): Promise<void> {
    this.moving = moving;
    let before: Frame | null = null;
    while (round === this.round) {
      const now = moving.frame(this.longer());
      const same = now && before && before.width === now.width && before.height === now.height;
      if (now && same) await this.pair(before!, { ...now, data: now.data.slice() }, null, round);
      before = now;
      await moving.next();
    }
  }

  private async pair(first: Frame, second: Frame, truth: Field | null, round: number): Promise<void> {
    const picture = kept(first);
    const { flow, milliseconds } = await this.client.estimate(first, second);
    if (round !== this.round) return;
    this.rate.tick(performance.now());
    this.last = { picture, flow, truth };
    this.redraw();
    this.report(milliseconds);
  }

  private longer(): number {
    return Number(select("lab-size").value);
  }

  private pause(): void {
    const paused = button("lab-pause").textContent === "Pause";
    this.moving?.pause(paused);
    button("lab-pause").textContent = paused ? "Go on" : "Pause";
  }

  private redraw(): void {
    if (!this.last) return;
    const { picture, flow, truth } = this.last;
    const maxFlow = this.maxFlow(flow, truth);
    drawPicture(canvas("lab-picture"), picture, input("lab-arrows").checked ? flow : null);
    drawColours(canvas("lab-colours"), flow, maxFlow);
    text("lab-truth-figure").hidden = !truth;
    if (truth) drawColours(canvas("lab-truth"), truth, maxFlow);
    text("lab-rim").textContent = `full colour: ${maxFlow} px`;
  }

  /** The length that gets the full colour: what is chosen, or one that fits and does not flicker. */
  private maxFlow(flow: Field, truth: Field | null): number {
    const chosen = Number(select("lab-scale").value);
    if (chosen) return chosen;
    const fits = truth ? Math.max(lengthOf(flow), lengthOf(truth)) : lengthOf(flow);
    this.scale = this.moving ? Math.max(fits, 0.95 * this.scale) : fits;
    return rounded(this.scale);
  }

  private report(milliseconds: number): void {
    const { flow, truth } = this.last!;
    const perSecond = this.moving ? this.rate.perSecond : 1000 / milliseconds;
    text("lab-rate").textContent = perSecond === null ? "…" : perSecond.toFixed(1);
    text("lab-details").textContent = `${milliseconds.toFixed(0)} ms in the network, ${flow.width} × ${flow.height} px, ${this.network} ${this.where()}`;
    if (!truth) return;
    const [error, none] = [endPointError(flow, truth), endPointError(null, truth)];
    say("lab-judgement", `Its mean error here is ${error.toFixed(1)} px; to say “nothing moved” would be ${none.toFixed(1)} px off.`);
  }

  private where(): string {
    const { backend, threads } = this.ready!;
    const on: Record<Backend, string> = { webgpu: "on your graphics card (WebGPU)", wasm: `in WebAssembly, ${threads === 1 ? "one thread" : `${threads} threads`}` };
    return on[backend];
  }
}
