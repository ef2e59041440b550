// What a pixel is described by before it is compared: its colour as it is, or the patch around it, made blind to
// brightness and contrast as flowlab_course.features.patches does.

import type { Features } from "./correlation";

/** Red, green and blue in [0, 1], row by row, as flowlab takes them. */
export interface Rgb {
  width: number;
  height: number;
  values: Float32Array;
}

/** Read what a canvas holds; transparency is on white. */
export function rgbOf(image: { width: number; height: number; data: Uint8ClampedArray }): Rgb {
  const { width, height, data } = image;
  const values = new Float32Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const opaque = data[4 * pixel + 3] / 255;
    for (let c = 0; c < 3; c++) values[3 * pixel + c] = (data[4 * pixel + c] / 255) * opaque + 1 - opaque;
  }
  return { width, height, values };
}

export type Kind = "patches" | "colours";

export function featuresOf(picture: Rgb, kind: Kind): Features {
  return kind === "patches" ? patches(picture) : colours(picture);
}

/** Three numbers a pixel: its colour. */
export function colours({ width, height, values }: Rgb): Features {
  return {
    width,
    height,
    channels: 3,
    write(x, y, out, offset) {
      const from = 3 * (y * width + x);
      for (let c = 0; c < 3; c++) out[offset + c] = values[from + c];
    },
  };
}

const SHORTEST = 1e-3; // a patch without any contrast stays near 0 instead of becoming noise

/** The `size` x `size` patch around a pixel, each colour without its mean, all of it scaled to length 1. */
export function patches({ width, height, values }: Rgb, size = 7): Features {
  const r = (size - 1) / 2;
  const count = size * size;
  const inside = (place: number, length: number) => Math.min(Math.max(place, 0), length - 1); // the border repeats
  return {
    width,
    height,
    channels: 3 * count,
    write(x, y, out, offset) {
      for (let j = -r, at = offset; j <= r; j++) {
        const row = inside(y + j, height) * width;
        for (let i = -r; i <= r; i++, at++) {
          const from = 3 * (row + inside(x + i, width));
          for (let c = 0; c < 3; c++) out[at + c * count] = values[from + c];
        }
      }
      let squared = 0;
      for (let c = 0; c < 3; c++) {
        const start = offset + c * count;
        let mean = 0;
        for (let i = 0; i < count; i++) mean += out[start + i] / count;
        for (let i = start; i < start + count; i++) {
          out[i] -= mean;
          squared += out[i] ** 2;
        }
      }
      const length = Math.max(Math.sqrt(squared), SHORTEST);
      for (let i = offset; i < offset + 3 * count; i++) out[i] /= length;
    },
  };
}
