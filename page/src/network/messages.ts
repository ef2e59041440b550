// What the page and its worker tell each other.

export interface Frame {
  width: number;
  height: number;
  /** RGBA, as a canvas gives it. */
  data: Uint8ClampedArray<ArrayBuffer>;
}

export type Backend = "webgpu" | "wasm";

export type Request =
  | { kind: "load"; id: number; base: string; network: string; backend: Backend }
  | { kind: "run"; id: number; first: Frame; second: Frame };

export type Reply =
  | { kind: "progress"; bytes: number }
  | { kind: "ready"; id: number; backend: Backend; threads: number }
  | { kind: "flow"; id: number; width: number; height: number; values: Float32Array<ArrayBuffer>; milliseconds: number }
  | { kind: "failed"; id: number; why: string };
