// Settings worth trying, each for one thing to notice. A test asks the page whether each is as it says.

import type { Settings } from "../correlation";
import type { Kind } from "../features";

export interface Experiment {
  title: string;
  notice: string;
  settings?: Partial<Settings>;
  features?: Kind;
  point?: [number, number];
}

export const START: { pair: string; point: [number, number] } = { pair: "mountains", point: [101, 130] };

export const EXPERIMENTS: readonly Experiment[] = [
  {
    title: "FlowNetC's values",
    notice: "Notice the one bright spot in the map, and that the arrow ends in the ring. Every second displacement up to 20 pixels each way is 21 × 21 = 441 channels.",
  },
  {
    title: "The window is too small",
    settings: { maxDisplacement: 8 },
    notice: "The true place is outside the window. Notice that the arrow goes somewhere all the same, without hesitation: a best match is not yet a right one.",
  },
  {
    title: "The steps are too long",
    settings: { stride2: 5 },
    notice: "Fewer channels, but the peak is only a few pixels wide, and steps of 5 walk past it. Try 6: by luck, a step lands on it again.",
  },
  {
    title: "Colours as they are",
    features: "colours",
    notice: "A product grows with its factors, so the arrow runs to whatever is bright. That is why the other features are scaled to length 1, and why FlowNetC learns its own.",
  },
  {
    title: "A point on an edge",
    settings: { stride2: 1 },
    point: [118, 106],
    notice: "Along an edge one place looks like the next. Notice the bright band in the map instead of a spot: this is the aperture problem.",
  },
];
