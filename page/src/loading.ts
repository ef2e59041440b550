// Files of this page: read whole, unpacked where they are packed, with what went wrong in words.

/** What may go wrong in a way that the visitor can understand: its message is a sentence for them. */
export class Trouble extends Error {
  override name = "Trouble";
}

export type Progress = (bytes: number) => void;

/** Read a file of this page and say how many bytes have come, each time some have. */
export async function read(url: string, progress: Progress = () => {}): Promise<Uint8Array<ArrayBuffer>> {
  const name = url.split("/").pop();
  const response = await fetch(url).catch(() => null);
  if (!response?.ok || !response.body) {
    const why = response ? `the server answered ${response.status}` : "there is no connection, and it was not kept";
    throw new Trouble(`${name} could not be loaded: ${why}. Reload the page, or try again later.`);
  }
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    progress(piece.value.byteLength);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** Read a gzipped file. Some servers unpack it on the way: then it comes as it is. */
export async function unpacked(url: string, progress: Progress = () => {}): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await read(url, progress);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function readJson<T>(url: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await read(url))) as T;
}

/** Bytes as people say them. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The sentence of an error: its own where it was made for people. */
export function inWords(error: unknown): string {
  if (error instanceof Error && (error.name === "Trouble" || !error.message)) return error.message || error.name;
  return `Something went wrong that this page did not foresee: ${error instanceof Error ? error.message : String(error)}`;
}
