// A flow field: u to the right and v down, in pixels, all u first, then all v; NaN where it is unknown.

export interface Field {
  width: number;
  height: number;
  values: Float32Array;
}

export function at(field: Field, x: number, y: number): [number, number] {
  const i = y * field.width + x;
  return [field.values[i], field.values[field.width * field.height + i]];
}

/** Mean end-point error where the truth is known, in pixels; `null` for no motion at all. */
export function endPointError(flow: Field | null, truth: Field): number {
  const count = truth.width * truth.height;
  let [sum, known] = [0, 0];
  for (let i = 0; i < count; i++) {
    const [u, v] = [truth.values[i], truth.values[count + i]];
    if (Number.isNaN(u) || Number.isNaN(v)) continue;
    sum += flow ? Math.hypot(flow.values[i] - u, flow.values[count + i] - v) : Math.hypot(u, v);
    known++;
  }
  return sum / known;
}

/** The length that `share` of the known vectors do not exceed, from a sample of them. */
export function lengthOf(field: Field, share = 0.99): number {
  const count = field.width * field.height;
  const every = Math.max(1, Math.floor(count / 4000));
  const lengths: number[] = [];
  for (let i = 0; i < count; i += every) {
    const length = Math.hypot(field.values[i], field.values[count + i]);
    if (!Number.isNaN(length)) lengths.push(length);
  }
  lengths.sort((p, q) => p - q);
  return lengths.length ? lengths[Math.min(lengths.length - 1, Math.floor(share * lengths.length))] : 0;
}

/** Round up to a length that reads well: 1, 2, 5, 10, 20, 50, ... */
export function rounded(length: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(length, 1)));
  return power * ([1, 2, 3, 5, 7.5, 10].find((step) => step * power >= length) ?? 10);
}

/** Cut a part out of a field. */
export function cut(field: Field, part: { x: number; y: number; width: number; height: number }): Field {
  const count = part.width * part.height;
  const values = new Float32Array(2 * count);
  for (let y = 0; y < part.height; y++) {
    for (let x = 0; x < part.width; x++) {
      const [u, v] = at(field, part.x + x, part.y + y);
      values[y * part.width + x] = u;
      values[count + y * part.width + x] = v;
    }
  }
  return { width: part.width, height: part.height, values };
}

/** Bring a field to another size; its vectors grow with it. Nearest, so that unknown stays unknown. */
export function resized(field: Field, width: number, height: number): Field {
  if (width === field.width && height === field.height) return field;
  const values = new Float32Array(2 * width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.min(field.height - 1, Math.floor(((y + 0.5) * field.height) / height));
    for (let x = 0; x < width; x++) {
      const column = Math.min(field.width - 1, Math.floor(((x + 0.5) * field.width) / width));
      const [u, v] = at(field, column, row);
      values[y * width + x] = (u * width) / field.width;
      values[width * height + y * width + x] = (v * height) / field.height;
    }
  }
  return { width, height, values };
}

/** A Middlebury .flo file: "PIEH", width, height, then u and v of each pixel; unknown is written as 1e10. */
export function asFlo(field: Field): Blob {
  const count = field.width * field.height;
  const bytes = new DataView(new ArrayBuffer(12 + 8 * count));
  bytes.setFloat32(0, 202021.25, true);
  bytes.setInt32(4, field.width, true);
  bytes.setInt32(8, field.height, true);
  for (let i = 0; i < count; i++) {
    for (const c of [0, 1]) {
      const value = field.values[c * count + i];
      bytes.setFloat32(12 + 8 * i + 4 * c, Number.isNaN(value) ? 1e10 : value, true);
    }
  }
  return new Blob([bytes.buffer], { type: "application/octet-stream" });
}
