// Small helpers around the page's elements.

import { inWords } from "./loading";

/** The element with this id, of the class that the page gives it. */
export function element<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} with the id ${id}`);
  return found;
}

export const canvas = (id: string) => element(id, HTMLCanvasElement);
export const input = (id: string) => element(id, HTMLInputElement);
export const select = (id: string) => element(id, HTMLSelectElement);
export const button = (id: string) => element(id, HTMLButtonElement);
export const text = (id: string) => element(id, HTMLElement);

/** Show a sentence, or nothing. */
export function say(id: string, sentence: string): void {
  const place = text(id);
  if (place.textContent !== sentence) place.textContent = sentence;
  place.hidden = !sentence;
}

/** Run something that may fail, and put what went wrong in words where the visitor looks. */
export async function attempt(id: string, action: () => Promise<void> | void): Promise<void> {
  try {
    await action();
    say(id, "");
  } catch (error) {
    say(id, inWords(error));
  }
}

/** At most one call a frame, with the last state of things. */
export function onceAFrame(action: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      action();
    });
  };
}

export function option(value: string, label: string): HTMLOptionElement {
  return new Option(label, value);
}

/** Hand the visitor a file that was made here. */
export function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A number with its sign, as displacements are written. */
export function signed(value: number, digits = 0): string {
  const shown = Math.abs(value).toFixed(digits);
  return Number(shown) === 0 ? shown : `${value < 0 ? "−" : "+"}${shown}`;
}
