import { Explorer } from "./explorer/explorer";
import { START } from "./explorer/experiments";
import { readJson } from "./loading";
import { Lab } from "./network/lab";
import { ownPictures } from "./own";
import { attempt, option, select } from "./page";
import { OWN, Pairs } from "./pictures";
import "./style.css";
import type { Known, Weight } from "./weight";

async function main(): Promise<void> {
  const [pairs, networks, weight] = await Promise.all([Pairs.open(), readJson<Known[]>("networks.json"), readJson<Weight>("weight.json")]);
  for (const id of ["explorer-pair", "lab-pair"]) {
    select(id).append(...pairs.listed.map(({ name, title }) => option(name, title)), option(OWN, "your own two pictures"));
    select(id).value = START.pair;
  }
  const explorer = new Explorer(pairs);
  const lab = new Lab(pairs, networks, weight);
  ownPictures("explorer", pairs, () => explorer.choose());
  ownPictures("lab", pairs, () => lab.begin());
  await Promise.all([explorer.choose(), lab.begin(), lab.announce()]);
}

void attempt("page-error", main);
if (import.meta.env.PROD && "serviceWorker" in navigator) void navigator.serviceWorker.register("offline.js").catch(() => {});
