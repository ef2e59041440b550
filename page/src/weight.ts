// What the page weighs, as the build and flowlab say it.

import type { Backend } from "./network/messages";

export interface Weight {
  /** Bytes of everything but runtimes and networks. */
  page: number;
  runtimes: Record<Backend, number>;
}

/** A network that flowlab ships (assets.py). */
export interface Known {
  name: string;
  bytes: number;
  parameters: number;
  correlates: boolean;
}
