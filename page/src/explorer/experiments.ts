// Settings worth trying, each for one thing to notice.

import type { Settings } from "../correlation";
import type { Kind } from "../features";

export interface Experiment {
  title: string;
  notice: string;
  settings?: Partial<Settings>;
  features?: Kind;
  point?: [number, number];
}

export const START: { pair: string; point: [number, number] } = { pair: "chairs", point: [250, 120] };

export const EXPERIMENTS: readonly Experiment[] = [
  {
    title: "FlowNetC's values",
    notice: "Notice the one bright spot in the map, and that the arrow ends in the ring. 21 × 21 displacements are 441 channels.",
  },
];
