// The page's arithmetic against flowlab's, on numbers that tests/page/vectors.py has written.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { block, cost, FLOWNETC, outputLength, radius, scoresAt, side, type Features, type Settings } from "../src/correlation";
import { patches, rgbOf } from "../src/features";
import { endPointError, rounded } from "../src/field";
import { Rate } from "../src/network/rate";
import { paint } from "../src/wheel";

interface Vectors {
  correlations: { settings: Settings; a: number[]; b: number[]; channels: number; width: number; height: number; output: number[]; scores: number[] }[];
  described: { width: number; height: number; rgb: number[]; patches: number[] };
  colours: { width: number; height: number; maxFlow: number; values: (number | null)[]; rgb: number[] };
}

let vectors: Vectors;
beforeAll(() => {
  const path = process.env.FLOWLAB_VECTORS;
  if (!path) throw new Error("FLOWLAB_VECTORS names no file; python -m pytest tests/page writes one and runs these tests");
  vectors = JSON.parse(readFileSync(path, "utf8")) as Vectors;
});

function map(numbers: number[], width: number, height: number, channels: number): Features {
  return {
    width,
    height,
    channels,
    write(x, y, out, offset) {
      for (let c = 0; c < channels; c++) out[offset + c] = numbers[(y * width + x) * channels + c];
    },
  };
}

describe("the correlation", () => {
  it("is flowlab.correlation's at every pixel, for every geometry", () => {
    for (const { settings, a, b, channels, width, height, output, scores } of vectors.correlations) {
      const [D2, rows, columns] = output;
      expect([side(settings) ** 2, outputLength(height, settings), outputLength(width, settings)]).toEqual(output);
      const [one, two] = [a, b].map((numbers) => map(numbers, width, height, channels));
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const here = scoresAt(one, two, x * settings.stride1, y * settings.stride1, settings);
          here.forEach((score, channel) => expect(score).toBeCloseTo(scores[(y * columns + x) * D2 + channel], 5));
        }
      }
    }
  });

  it("has 441 channels at FlowNetC's values, and costs what the definition says", () => {
    expect([radius(FLOWNETC), side(FLOWNETC)]).toEqual([10, 21]);
    const { channels, multiplications, bytes } = cost(64, 48, 256, FLOWNETC);
    expect([channels, multiplications, bytes]).toEqual([441, 48 * 64 * 441 * 256, 4 * 48 * 64 * 441]);
  });

  it("meets zeros outside the picture", () => {
    expect([...block(map([1, 2, 3, 4], 2, 2, 1), 0, 0, 1)]).toEqual([0, 0, 0, 0, 1, 2, 0, 3, 4]);
  });
});

describe("the features", () => {
  it("are flowlab's normalised patches at every pixel", () => {
    const { width, height, rgb, patches: expected } = vectors.described;
    const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => (i % 4 === 3 ? 255 : rgb[3 * (i >> 2) + (i % 4)]));
    const described = patches(rgbOf({ width, height, data }));
    const out = new Float32Array(described.channels);
    for (let pixel = 0; pixel < width * height; pixel++) {
      described.write(pixel % width, Math.floor(pixel / width), out, 0);
      out.forEach((number, c) => expect(number).toBeCloseTo(expected[pixel * described.channels + c], 4));
    }
  });
});

describe("the colours", () => {
  it("are flowlab.flow_to_image's within one level", () => {
    const { width, height, maxFlow, values, rgb } = vectors.colours;
    const pixel = new Uint8ClampedArray(4);
    for (let i = 0; i < width * height; i++) {
      const [u, v] = [values[i], values[width * height + i]].map((value) => (value ?? NaN) / maxFlow);
      paint(u, v, pixel, 0);
      for (let c = 0; c < 3; c++) expect(Math.abs(pixel[c] - rgb[3 * i + c])).toBeLessThanOrEqual(1);
    }
  });
});

describe("the judgement", () => {
  it("leaves out what is unknown", () => {
    const truth = { width: 2, height: 1, values: Float32Array.of(3, NaN, 4, 0) };
    expect(endPointError(null, truth)).toBe(5);
    expect(endPointError({ width: 2, height: 1, values: Float32Array.of(3, 9, 1, 9) }, truth)).toBe(3);
  });

  it("counts pairs a second over the last dozen", () => {
    const rate = new Rate();
    expect(rate.perSecond).toBeNull();
    for (let i = 0; i < 30; i++) rate.tick(i < 15 ? 1000 * i : 14_000 + 100 * (i - 14));
    expect(rate.perSecond).toBeCloseTo(10);
  });

  it("rounds the full colour's length up to one that reads well", () => {
    expect([0, 1, 4.2, 7.6, 18, 31, 600].map(rounded)).toEqual([1, 1, 5, 10, 20, 50, 750]);
  });
});
