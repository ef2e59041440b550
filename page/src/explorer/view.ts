// What the explorer looks like: the two frames, the map of scores, and three places from near.

import { arrow, context, heat, hairline, outlined, pixels, ring, square } from "../drawing";
import type { Search } from "./search";

export interface Frames {
  width: number;
  height: number;
  first: CanvasImageSource;
  second: CanvasImageSource;
}

const ACCENT = "rgb(20 90 200)";
const TRUTH = "rgb(0 125 70)";
const NEAR = 21; // pixels to a side of a place from near

/** Frame 1 with the pixel, its patch, and the grid of pixels that have an answer. */
export function drawFirst(canvas: HTMLCanvasElement, frames: Frames, s: Search): void {
  const drawing = context(canvas, frames.width, frames.height);
  drawing.drawImage(frames.first, 0, 0, frames.width, frames.height);
  if (s.settings.stride1 > 1) {
    const unit = hairline(drawing) * devicePixelRatio;
    drawing.fillStyle = "rgb(255 255 255 / 0.75)";
    for (let y = 0; y < frames.height; y += s.settings.stride1) {
      for (let x = 0; x < frames.width; x += s.settings.stride1) drawing.fillRect(x + 0.5 - unit / 2, y + 0.5 - unit / 2, unit, unit);
    }
  }
  outlined(drawing, square(s.x + 0.5, s.y + 0.5, s.settings.kernelSize / 2), ACCENT, 1);
  outlined(drawing, ring(s.x + 0.5, s.y + 0.5, Math.max(8, s.settings.kernelSize)), ACCENT);
}

/** Frame 2 with the window, the places that are looked at, the truth and the best match. */
export function drawSecond(canvas: HTMLCanvasElement, frames: Frames, s: Search): void {
  const drawing = context(canvas, frames.width, frames.height);
  drawing.drawImage(frames.second, 0, 0, frames.width, frames.height);
  const [x, y] = [s.x + 0.5, s.y + 0.5];
  const half = s.reach + s.settings.kernelSize / 2;
  drawing.save();
  drawing.fillStyle = "rgb(0 0 0 / 0.35)"; // outside the window nothing is looked at
  const around = square(x, y, half);
  around.rect(0, 0, frames.width, frames.height);
  drawing.fill(around, "evenodd");
  drawing.restore();
  const unit = hairline(drawing) * devicePixelRatio;
  if (s.settings.stride2 > 3 * unit) {
    drawing.fillStyle = "rgb(255 255 255 / 0.8)";
    for (let dy = -s.reach; dy <= s.reach; dy += s.settings.stride2) {
      for (let dx = -s.reach; dx <= s.reach; dx += s.settings.stride2) drawing.fillRect(x + dx - unit / 2, y + dy - unit / 2, unit, unit);
    }
  }
  outlined(drawing, square(x, y, half), ACCENT);
  if (s.truth) outlined(drawing, ring(x + s.truth[0], y + s.truth[1], 6), TRUTH);
  outlined(drawing, arrow(x, y, s.peak.dx, s.peak.dy), ACCENT, 2);
}

/** The channels at this pixel, laid out by displacement: dx to the right, dy down. */
export function drawScores(canvas: HTMLCanvasElement, s: Search): void {
  const D = s.cost.side;
  const image = new ImageData(D, D);
  const range = Math.max(s.peak.score - s.lowest, 1e-9);
  s.scores.forEach((score, i) => {
    const [red, green, blue] = heat((score - s.lowest) / range);
    image.data.set([red, green, blue, 255], 4 * i);
  });
  const drawing = context(canvas, 100, 100);
  drawing.imageSmoothingEnabled = false;
  drawing.drawImage(pixels(image), 0, 0, 100, 100);
  const cell = 100 / D;
  const place = (d: number) => (d / s.settings.stride2 + (D - 1) / 2 + 0.5) * cell;
  if (s.truth && Math.max(...s.truth.map(Math.abs)) <= s.reach + s.settings.stride2 / 2) {
    outlined(drawing, ring(place(s.truth[0]), place(s.truth[1]), 3.5), TRUTH);
  }
  outlined(drawing, square(place(s.peak.dx), place(s.peak.dy), Math.max(cell / 2, 1.6)), ACCENT);
}

/** A few pixels around a place, enlarged, with the compared patch. */
export function drawNear(canvas: HTMLCanvasElement, source: CanvasImageSource, x: number, y: number, K: number, colour: "accent" | "truth"): void {
  const drawing = context(canvas, NEAR, NEAR);
  drawing.clearRect(0, 0, NEAR, NEAR);
  drawing.imageSmoothingEnabled = false;
  const r = (NEAR - 1) / 2;
  drawing.drawImage(source, x - r, y - r, NEAR, NEAR, 0, 0, NEAR, NEAR);
  outlined(drawing, square(NEAR / 2, NEAR / 2, K / 2), colour === "truth" ? TRUTH : ACCENT);
}
