// Pairs of pictures: those that come with the page, and the visitor's own, which never leave it.

import type { Field } from "./field";
import { readJson, Trouble, unpacked } from "./loading";
import type { Frame } from "./network/messages";

export interface Pair {
  name: string;
  title: string;
  width: number;
  height: number;
  first: ImageBitmap;
  second: ImageBitmap;
  truth: Field | null;
  /** The part that the explorer shows. */
  crop: Crop;
}

export interface Crop extends Size {
  x: number;
  y: number;
}

interface Listed {
  name: string;
  title: string;
  width: number;
  height: number;
  crop: Crop;
}

const STEPS = 64; // of a pixel, in a file of flow (assets.py)
const UNKNOWN = -32768;
export const OWN = "own";

/** The bundled pairs, each loaded when it is first asked for, and the visitor's own once both pictures are there. */
export class Pairs {
  private loaded = new Map<string, Promise<Pair>>();
  private own: (ImageBitmap | null)[] = [null, null];

  constructor(readonly listed: Listed[]) {}

  static async open(): Promise<Pairs> {
    return new Pairs(await readJson<Listed[]>("pairs.json"));
  }

  get(name: string): Promise<Pair> {
    if (name === OWN) return this.ownPair();
    let pair = this.loaded.get(name);
    if (!pair) this.loaded.set(name, (pair = bundled(this.listed.find((entry) => entry.name === name)!)));
    return pair;
  }

  /** Take the visitor's first (0) or second (1) picture. */
  async take(which: 0 | 1, file: File): Promise<void> {
    this.own[which] = await createImageBitmap(file).catch(() => {
      throw new Trouble(`${file.name} cannot be read as a picture. JPEG, PNG and WebP work in every browser.`);
    });
  }

  hasOwn(): boolean {
    return this.own.some(Boolean);
  }

  private async ownPair(): Promise<Pair> {
    const [first, second] = this.own;
    if (!first || !second) throw new Trouble(`Choose ${first ? "the second" : second ? "the first" : "a first and a second"} picture.`);
    if (first.width !== second.width || first.height !== second.height) {
      const sizes = [first, second].map((picture) => `${picture.width} × ${picture.height}`).join(" and ");
      throw new Trouble(`The two pictures differ in size: ${sizes}. Flow compares them pixel by pixel; take two of one size.`);
    }
    const { width, height } = first;
    return { name: OWN, title: "your two pictures", width, height, first, second, truth: null, crop: { x: 0, y: 0, width, height } };
  }
}

async function bundled(listed: Listed): Promise<Pair> {
  const { name, width, height } = listed;
  const [first, second, truth] = await Promise.all([
    bitmap(`pairs/${name}-1.webp`),
    bitmap(`pairs/${name}-2.webp`),
    trueFlow(`pairs/${name}.flow.gz`, width, height),
  ]);
  return { ...listed, first, second, truth };
}

async function bitmap(url: string): Promise<ImageBitmap> {
  const image = new Image();
  image.src = url;
  await image.decode().catch(() => {
    throw new Trouble(`${url} could not be loaded. Reload the page.`);
  });
  return createImageBitmap(image, { colorSpaceConversion: "none" });
}

async function trueFlow(url: string, width: number, height: number): Promise<Field> {
  const stored = new Int16Array((await unpacked(url)).buffer);
  const count = width * height;
  const values = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    for (const c of [0, 1]) values[c * count + i] = stored[2 * i + c] === UNKNOWN ? NaN : stored[2 * i + c] / STEPS;
  }
  return { width, height, values };
}

export interface Size {
  width: number;
  height: number;
}

/** The size whose longer side is `longer`, of the same shape. */
export function fitted({ width, height }: Size, longer: number): Size {
  const factor = longer / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

const board = document.createElement("canvas");

/** The pixels of a picture or of a video's present frame, at a size; mirrored for somebody who looks at themselves. */
export function frameOf(source: CanvasImageSource, { width, height }: Size, mirrored = false, crop?: Crop): Frame {
  board.width = width;
  board.height = height;
  const context = board.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  if (mirrored) context.setTransform(-1, 0, 0, 1, width, 0);
  if (crop) context.drawImage(source, crop.x, crop.y, crop.width, crop.height, 0, 0, width, height);
  else context.drawImage(source, 0, 0, width, height);
  return { width, height, data: context.getImageData(0, 0, width, height).data as Uint8ClampedArray<ArrayBuffer> };
}
