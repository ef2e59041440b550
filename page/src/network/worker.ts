// Runs a network beside the page, so that the page stays alive: onnxruntime-web, on WebGPU or in WebAssembly.

import type * as Ort from "onnxruntime-web";
import { inWords, read, unpacked } from "../loading";
import type { Backend, Frame, Reply, Request } from "./messages";

const RUNTIMES = {
  wasm: { script: "ort/ort.wasm.bundle.min.mjs", binary: "ort/ort-wasm-simd-threaded.wasm.gz" },
  webgpu: { script: "ort/ort.jspi.bundle.min.mjs", binary: "ort/ort-wasm-simd-threaded.jspi.wasm.gz" },
};
const MOST_THREADS = 4; // more gain little on pictures of this size

let ort: typeof Ort | null = null;
let session: Ort.InferenceSession | null = null;

onmessage = async ({ data: request }: MessageEvent<Request>) => {
  try {
    if (request.kind === "load") await load(request);
    else await run(request);
  } catch (error) {
    reply({ kind: "failed", id: request.id, why: inWords(error) });
  }
};

function reply(message: Reply, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

async function load({ id, base, network, backend }: Request & { kind: "load" }): Promise<void> {
  const progress = (bytes: number) => reply({ kind: "progress", bytes });
  const [started, weights] = await Promise.all([
    ort ?? start(base, backend, progress),
    read(`${base}networks/${network}.onnx`, progress),
  ]);
  ort = started;
  await session?.release();
  session = await ort.InferenceSession.create(weights, { executionProviders: [backend], logSeverityLevel: 3 });
  reply({ kind: "ready", id, backend, threads: backend === "wasm" ? ort.env.wasm.numThreads ?? 1 : 1 });
}

async function start(base: string, backend: Backend, progress: (bytes: number) => void): Promise<typeof Ort> {
  const { script, binary } = RUNTIMES[backend];
  const [runtime, wasm] = await Promise.all([
    import(/* @vite-ignore */ base + script) as Promise<typeof Ort>,
    unpacked(base + binary, progress),
  ]);
  runtime.env.wasm.wasmBinary = wasm;
  // Threads share memory, which a browser allows only to pages that are isolated from all others (offline.ts).
  runtime.env.wasm.numThreads = crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1;
  return runtime;
}

async function run({ id, first, second }: Request & { kind: "run" }): Promise<void> {
  if (!ort || !session) throw new Error("no network is loaded");
  const { width, height } = first;
  const shape = [1, 3, height, width];
  const begin = performance.now();
  const images = [first, second].map((frame) => new ort!.Tensor("float32", planes(frame), shape));
  const { flow } = await session.run({ img1: images[0], img2: images[1] });
  const values = new Float32Array((await flow.getData()) as Float32Array);
  flow.dispose();
  reply({ kind: "flow", id, width, height, values, milliseconds: performance.now() - begin }, [values.buffer]);
}

/** Pixels as the networks take them: all red, all green, all blue, in [0, 1]. */
function planes({ width, height, data }: Frame): Float32Array {
  const count = width * height;
  const out = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) out[c * count + i] = data[4 * i + c] / 255;
  }
  return out;
}
