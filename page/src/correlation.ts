// Equation 1 of FlowNet at one pixel, and what the whole layer would cost. The definition and the names are
// flowlab.correlation's; the padding is as large as the reach, so that each pixel of frame 1 has an answer.

export interface Settings {
  maxDisplacement: number;
  stride1: number;
  stride2: number;
  kernelSize: number;
}

export const FLOWNETC: Settings = { maxDisplacement: 20, stride1: 1, stride2: 2, kernelSize: 1 };

/** Displacements to each side of zero: r = floor(d / s2). */
export function radius(s: Settings): number {
  return Math.floor(s.maxDisplacement / s.stride2);
}

/** Displacements along one axis: D = 2r + 1. */
export function side(s: Settings): number {
  return 2 * radius(s) + 1;
}

/** The output's height or width for a picture's: ceil((H + 2p - 2(d + floor(K / 2))) / s1), with p = d + floor(K / 2). */
export function outputLength(length: number, s: Settings): number {
  return Math.ceil(length / s.stride1);
}

export interface Cost {
  side: number;
  channels: number;
  rows: number;
  columns: number;
  multiplications: number;
  /** Of the whole output, in float32. */
  bytes: number;
}

/** Count what the layer computes on pictures of this size with `features` numbers a pixel. */
export function cost(width: number, height: number, features: number, s: Settings): Cost {
  const D = side(s);
  const rows = outputLength(height, s);
  const columns = outputLength(width, s);
  const places = rows * columns * D * D;
  const multiplications = places * s.kernelSize ** 2 * features;
  return { side: D, channels: D * D, rows, columns, multiplications, bytes: 4 * places };
}

/** A picture as numbers: `write` puts the `channels` numbers of a pixel inside the picture into `out` at `offset`. */
export interface Features {
  width: number;
  height: number;
  channels: number;
  write(x: number, y: number, out: Float32Array, offset: number): void;
}

/** The square of pixels around (x, y), (2 margin + 1)^2 of them, pixel by pixel; zeros outside the picture. */
export function block(features: Features, x: number, y: number, margin: number): Float32Array {
  const { width, height, channels } = features;
  const wide = 2 * margin + 1;
  const out = new Float32Array(wide * wide * channels);
  const [left, right] = [Math.max(x - margin, 0), Math.min(x + margin, width - 1)];
  const [top, bottom] = [Math.max(y - margin, 0), Math.min(y + margin, height - 1)];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      features.write(column, row, out, ((row - y + margin) * wide + column - x + margin) * channels);
    }
  }
  return out;
}

/** The layer's D * D channels at the pixel (x, y) of `a`: row by row, dy outer and dx inner. */
export function scoresAt(a: Features, b: Features, x: number, y: number, s: Settings): Float32Array {
  const C = a.channels;
  const k = (s.kernelSize - 1) / 2;
  const [r, D] = [radius(s), side(s)];
  const reach = r * s.stride2;
  const patch = block(a, x, y, k);
  const field = block(b, x, y, reach + k);
  const run = s.kernelSize * C; // one row of a patch lies in one piece
  const fieldRow = (2 * (reach + k) + 1) * C;
  const scores = new Float32Array(D * D);
  for (let dy = 0; dy < D; dy++) {
    for (let dx = 0; dx < D; dx++) {
      let sum = 0;
      for (let j = 0; j < s.kernelSize; j++) {
        const from = j * run;
        const meets = (dy * s.stride2 + j) * fieldRow + dx * s.stride2 * C;
        for (let i = 0; i < run; i++) sum += patch[from + i] * field[meets + i];
      }
      scores[dy * D + dx] = sum / (s.kernelSize ** 2 * C);
    }
  }
  return scores;
}

export interface Displacement {
  dx: number;
  dy: number;
  score: number;
}

/** The displacement in pixels of the highest score; of equals the first. */
export function best(scores: Float32Array, s: Settings): Displacement {
  let index = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i] > scores[index]) index = i;
  return displacement(index, scores, s);
}

/** What a channel means: its displacement in pixels, and its score here. */
export function displacement(channel: number, scores: Float32Array, s: Settings): Displacement {
  const [r, D] = [radius(s), side(s)];
  const [row, column] = [Math.floor(channel / D), channel % D];
  return { dx: (column - r) * s.stride2, dy: (row - r) * s.stride2, score: scores[channel] };
}

/** The pixel up and left on the grid of stride1. */
export function onGrid(place: number, s: Settings): number {
  return Math.floor(place / s.stride1) * s.stride1;
}
