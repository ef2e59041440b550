// One pixel's search in a pair of pictures: everything that the explorer shows, without a screen.

import { at, type Field } from "../field";
import { best, cost, onGrid, radius, scoresAt, type Cost, type Displacement, type Features, type Settings } from "../correlation";

export interface Search {
  settings: Settings;
  x: number;
  y: number;
  scores: Float32Array;
  peak: Displacement;
  lowest: number;
  /** Pixels from the centre of the window to its outermost displacement. */
  reach: number;
  truth: [number, number] | null;
  /** Pixels from the best match to the truth. */
  miss: number | null;
  cost: Cost;
}

/** Search for the pixel of `a` at (x, y), moved up and left to stride1's grid, in `b`. */
export function search(a: Features, b: Features, truth: Field | null, x: number, y: number, settings: Settings): Search {
  [x, y] = [onGrid(x, settings), onGrid(y, settings)];
  const scores = scoresAt(a, b, x, y, settings);
  const peak = best(scores, settings);
  const known = truth ? at(truth, x, y) : null;
  const [u, v] = known ?? [NaN, NaN];
  const miss = Math.hypot(peak.dx - u, peak.dy - v);
  return {
    settings,
    x,
    y,
    scores,
    peak,
    lowest: scores.reduce((low, score) => Math.min(low, score), Infinity),
    reach: radius(settings) * settings.stride2,
    truth: Number.isNaN(miss) ? null : [u, v],
    miss: Number.isNaN(miss) ? null : miss,
    cost: cost(a.width, a.height, a.channels, settings),
  };
}

const NEAR = 1.5; // pixels within which a match is called right, or a step if that is more

export type Verdict = "found" | "missed" | "outside" | "unknown";

export function verdict(s: Search): Verdict {
  if (!s.truth || s.miss === null) return "unknown";
  if (Math.max(...s.truth.map(Math.abs)) > s.reach + s.settings.stride2 / 2) return "outside";
  return s.miss <= Math.max(NEAR, s.settings.stride2) ? "found" : "missed";
}

/** The scores as a table: a row for each displacement. */
export function asCsv(s: Search): Blob {
  const D = s.cost.side;
  const rows = Array.from(s.scores, (score, channel) => {
    const [dy, dx] = [Math.floor(channel / D), channel % D].map((i) => i * s.settings.stride2 - s.reach);
    return `${channel},${dx},${dy},${score.toPrecision(9)}`;
  });
  return new Blob([["channel,dx,dy,score", ...rows].join("\n") + "\n"], { type: "text/csv" });
}
