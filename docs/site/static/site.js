// What scrolls in a box of its own can be reached with Tab, so that the arrow keys scroll it.
(() => {
  const BOXES = "pre, .table-wrapper, mjx-container";
  const reach = () => document.querySelectorAll(BOXES).forEach(box => {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (scrolls) box.tabIndex = 0;
    else if (box.tabIndex === 0 && box.tagName !== "MJX-CONTAINER") box.removeAttribute("tabindex");
  });
  window.addEventListener("load", reach);
  window.addEventListener("resize", reach);
})();
