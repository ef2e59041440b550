// What a flow looks like: the picture with arrows, and its colours.

import { arrows, context, pixels } from "../drawing";
import type { Field } from "../field";
import { coloured, legend } from "../wheel";
import type { Frame } from "./messages";

export function drawPicture(canvas: HTMLCanvasElement, frame: ImageData, flow: Field | null): void {
  const drawing = context(canvas, frame.width, frame.height);
  drawing.drawImage(pixels(frame), 0, 0);
  if (flow) arrows(drawing, flow);
}

export function drawColours(canvas: HTMLCanvasElement, flow: Field, maxFlow: number): void {
  context(canvas, flow.width, flow.height).drawImage(pixels(coloured(flow, maxFlow)), 0, 0);
}

export function drawLegend(canvas: HTMLCanvasElement): void {
  canvas.getContext("2d")!.putImageData(legend(canvas.width), 0, 0);
}

/** A copy that stays when the frame's pixels move to the worker. */
export function kept(frame: Frame): ImageData {
  return new ImageData(new Uint8ClampedArray(frame.data), frame.width, frame.height);
}
