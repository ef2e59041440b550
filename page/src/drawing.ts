// Marks that show on any picture, each dark with a light rim, and the canvases that they are drawn on.

import type { Field } from "./field";
import { at } from "./field";

/** Give a canvas as many pixels as the screen has for it, and a context that counts in the picture's own. */
export function context(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const shown = canvas.clientWidth || width;
  const scale = Math.min(4, Math.max(1, (shown * devicePixelRatio) / width));
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  canvas.style.aspectRatio = `${width} / ${height}`;
  const drawing = canvas.getContext("2d")!;
  drawing.setTransform(w / width, 0, 0, h / height, 0, 0);
  return drawing;
}

/** One pixel of the screen, in the context's units. */
export function hairline(drawing: CanvasRenderingContext2D): number {
  return 1 / drawing.getTransform().a;
}

const RIM = "rgb(255 255 255 / 0.9)";
const INK = "rgb(10 10 10)";

/** Stroke a path twice: a light rim, then the line in its colour. */
export function outlined(drawing: CanvasRenderingContext2D, path: Path2D, colour = INK, width = 1.5): void {
  const unit = hairline(drawing) * devicePixelRatio;
  drawing.lineCap = drawing.lineJoin = "round";
  for (const [style, thickness] of [[RIM, width + 2], [colour, width]] as const) {
    drawing.strokeStyle = style;
    drawing.lineWidth = thickness * unit;
    drawing.stroke(path);
  }
}

export function square(x: number, y: number, half: number): Path2D {
  const path = new Path2D();
  path.rect(x - half, y - half, 2 * half, 2 * half);
  return path;
}

export function ring(x: number, y: number, radius: number): Path2D {
  const path = new Path2D();
  path.arc(x, y, radius, 0, 2 * Math.PI);
  return path;
}

/** An arrow with a head of at most `head`; a dot where it has no length. */
export function arrow(x: number, y: number, u: number, v: number, head = 6): Path2D {
  const length = Math.hypot(u, v);
  if (length < 1e-6) return ring(x, y, head / 4);
  const path = new Path2D();
  const tip = Math.min(head, 0.4 * length) / length;
  path.moveTo(x, y);
  path.lineTo(x + u, y + v);
  for (const turn of [1, -1]) {
    path.moveTo(x + u, y + v);
    path.lineTo(x + u - tip * (u - turn * 0.6 * v), y + v - tip * (v + turn * 0.6 * u));
  }
  return path;
}

const SHORTEST = 1.5; // pixels: what is shorter would be a blot

/** Draw a field as arrows that end where their pixels went. */
export function arrows(drawing: CanvasRenderingContext2D, field: Field): void {
  const step = Math.max(12, Math.round(Math.max(field.width, field.height) / 18));
  const all = new Path2D();
  for (let y = Math.floor(step / 2); y < field.height; y += step) {
    for (let x = Math.floor(step / 2); x < field.width; x += step) {
      const [u, v] = at(field, x, y);
      if (Math.hypot(u, v) >= SHORTEST) all.addPath(arrow(x + 0.5, y + 0.5, u, v, step / 3));
    }
  }
  outlined(drawing, all, INK, 1.25);
}

// From dark to bright, even in lightness, so that higher scores are brighter to every eye.
const HEAT = [[4, 4, 12], [40, 18, 84], [101, 28, 110], [158, 45, 97], [213, 73, 66], [246, 124, 28], [250, 187, 46], [252, 250, 180]];

/** The colour of a score, 0 the lowest and 1 the highest. */
export function heat(share: number): [number, number, number] {
  const place = Math.min(Math.max(share, 0), 1) * (HEAT.length - 1);
  const lower = Math.min(Math.floor(place), HEAT.length - 2);
  return [0, 1, 2].map((c) => HEAT[lower][c] + (place - lower) * (HEAT[lower + 1][c] - HEAT[lower][c])) as [number, number, number];
}

/** Put pixels onto a canvas of their size, to be drawn enlarged. */
export function pixels(image: ImageData): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  return canvas;
}
