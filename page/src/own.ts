// The two fields for the visitor's own pictures, which both parts of the page have.

import { attempt } from "./page";
import type { Pairs } from "./pictures";

/** Build them into a part; `changed` is called once both pictures are there. */
export function ownPictures(part: string, pairs: Pairs, changed: () => Promise<void>): void {
  const place = document.getElementById(`${part}-own`)!;
  for (const [which, title] of [[0, "frame 1"], [1, "frame 2"]] as const) {
    const label = document.createElement("label");
    const field = document.createElement("input");
    field.type = "file";
    field.accept = "image/*";
    field.id = `${part}-own-${which + 1}`;
    label.append(title, field);
    place.append(label);
    field.addEventListener("change", async () => {
      const file = field.files?.[0];
      if (!file) return;
      let taken = false;
      await attempt(`${part}-error`, async () => {
        await pairs.take(which, file);
        taken = true;
      });
      if (taken) await changed();
    });
  }
}
