// The page's side of the worker: ask it to load a network and to estimate flow.

import type { Field } from "../field";
import { Trouble, type Progress } from "../loading";
import type { Backend, Frame, Reply, Request } from "./messages";

export interface Ready {
  backend: Backend;
  threads: number;
}

export interface Estimate {
  flow: Field;
  milliseconds: number;
}

type Answer = Extract<Reply, { kind: "ready" | "flow" }>;
type Asked = { resolve: (reply: Answer) => void; reject: (error: Error) => void };

export class Client {
  private worker: Worker | null = null;
  private backend: Backend | null = null;
  private asked = new Map<number, Asked>();
  private last = 0;
  private progress: Progress = () => {};

  constructor(private readonly base: string) {}

  /** Load a network, on WebGPU where it works and in WebAssembly everywhere else. */
  async load(network: string, progress: Progress): Promise<Ready> {
    this.progress = progress;
    this.backend ??= await bestBackend();
    try {
      return await this.loadOn(this.backend, network);
    } catch (error) {
      if (this.backend !== "webgpu") throw error;
      this.backend = "wasm"; // a driver that promises and does not hold: begin anew without it
      this.end();
      return this.loadOn("wasm", network);
    }
  }

  private async loadOn(backend: Backend, network: string): Promise<Ready> {
    const ready = await this.ask({ kind: "load", base: this.base, network, backend });
    // The first run compiles; what fails there must fail here.
    if (backend === "webgpu") await this.estimate(blank(), blank());
    return ready as Ready;
  }

  /** Estimate the flow from the first frame to the second; their pixels move to the worker. */
  async estimate(first: Frame, second: Frame): Promise<Estimate> {
    const transfer = [first.data.buffer, second.data.buffer];
    const { width, height, values, milliseconds } = (await this.ask({ kind: "run", first, second }, transfer)) as Answer & { kind: "flow" };
    return { flow: { width, height, values }, milliseconds };
  }

  private ask(request: Omit<Request & { kind: "load" }, "id"> | Omit<Request & { kind: "run" }, "id">, transfer: Transferable[] = []): Promise<Answer> {
    const id = ++this.last;
    const worker = (this.worker ??= this.start());
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject });
      worker.postMessage({ ...request, id }, transfer);
    });
  }

  private start(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (data.kind === "progress") return this.progress(data.bytes);
      const asked = this.asked.get(data.id);
      this.asked.delete(data.id);
      if (data.kind === "failed") asked?.reject(new Trouble(data.why));
      else asked?.resolve(data);
    };
    worker.onerror = (event) => {
      const error = new Trouble(`The network's worker stopped: ${event.message || "this browser could not start it"}.`);
      for (const asked of this.asked.values()) asked.reject(error);
      this.end();
    };
    return worker;
  }

  private end(): void {
    this.worker?.terminate();
    this.worker = null;
    this.asked.clear();
  }
}

function blank(): Frame {
  return { width: 128, height: 128, data: new Uint8ClampedArray(4 * 128 * 128) };
}

interface Gpu {
  requestAdapter(): Promise<{ info?: { isFallbackAdapter?: boolean } } | null>;
}

/** WebGPU needs a graphics card that the browser trusts, and WebAssembly that can wait for it. */
export async function bestBackend(): Promise<Backend> {
  const gpu = (navigator as { gpu?: Gpu }).gpu;
  if (!gpu || !("Suspending" in WebAssembly)) return "wasm";
  const adapter = await gpu.requestAdapter().catch(() => null);
  return adapter && !adapter.info?.isFallbackAdapter ? "webgpu" : "wasm";
}
