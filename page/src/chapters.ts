// Links into the course, where the course stands beside this page; the chapters' names alone where it does not.

const CHECKED = "08_correlation.html";

/** Point every `data-chapter` to its page under `base`, if there are such pages. */
export async function linkChapters(base: string): Promise<void> {
  if (!base) return;
  const found = await fetch(base + CHECKED, { method: "HEAD" }).then((response) => response.ok, () => !navigator.onLine);
  if (!found) return;
  for (const place of document.querySelectorAll<HTMLElement>("[data-chapter]")) {
    const link = document.createElement("a");
    link.href = `${base}${place.dataset.chapter}.html`;
    link.append(...place.childNodes);
    place.replaceWith(link);
  }
}
