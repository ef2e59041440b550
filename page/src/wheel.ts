// Flow as colours, on Middlebury's wheel: the direction is a hue, the length its strength
// (Baker et al., "A database and evaluation methodology for optical flow", IJCV 2011).

import type { Field } from "./field";

type Colour = readonly [number, number, number];

// Six ramps from one pure colour to the next, 55 steps in all.
const RAMPS: readonly (readonly [number, Colour, Colour])[] = [
  [15, [255, 0, 0], [255, 255, 0]],
  [6, [255, 255, 0], [0, 255, 0]],
  [4, [0, 255, 0], [0, 255, 255]],
  [11, [0, 255, 255], [0, 0, 255]],
  [13, [0, 0, 255], [255, 0, 255]],
  [6, [255, 0, 255], [255, 0, 0]],
];
const BEYOND = 0.75; // colours of longer vectors than the rim's are those of the rim times this
const UNKNOWN = 128; // grey: no vector has it

export const WHEEL: readonly Colour[] = RAMPS.flatMap(([steps, from, to]) =>
  Array.from({ length: steps }, (_, step) => {
    const channel = (c: number) => from[c] + Math.sign(to[c] - from[c]) * Math.floor((Math.abs(to[c] - from[c]) * step) / steps);
    return [channel(0), channel(1), channel(2)] as const;
  }),
);

/** Write the colour of one vector, in units of the rim, into `out` at `at`: R, G, B and full opacity. */
export function paint(u: number, v: number, out: Uint8ClampedArray, at: number): void {
  out[at + 3] = 255;
  if (Number.isNaN(u) || Number.isNaN(v)) {
    out[at] = out[at + 1] = out[at + 2] = UNKNOWN;
    return;
  }
  const length = Math.hypot(u, v);
  const place = ((Math.atan2(-v, -u) / Math.PI + 1) / 2) * (WHEEL.length - 1);
  const lower = Math.floor(place);
  const share = place - lower;
  const [one, two] = [WHEEL[lower], WHEEL[(lower + 1) % WHEEL.length]];
  for (let c = 0; c < 3; c++) {
    const rim = (1 - share) * one[c] + share * two[c];
    out[at + c] = Math.floor(length <= 1 ? 255 - length * (255 - rim) : BEYOND * rim);
  }
}

/** Colour a field; `maxFlow` is the length in pixels that gets the full colour. NaN comes out grey. */
export function coloured(field: Field, maxFlow: number): ImageData {
  const { width, height, values } = field;
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    paint(values[i] / maxFlow, values[width * height + i] / maxFlow, pixels, 4 * i);
  }
  return new ImageData(pixels, width, height);
}

/** The wheel itself, transparent outside. */
export function legend(size: number): ImageData {
  const pixels = new Uint8ClampedArray(4 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [u, v] = [x, y].map((place) => (2 * place) / (size - 1) - 1);
      if (Math.hypot(u, v) <= 1) paint(u, v, pixels, 4 * (y * size + x));
    }
  }
  return new ImageData(pixels, size, size);
}
