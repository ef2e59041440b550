// JupyterLab takes the arrow keys for itself wherever a cell is selected: a menu or a radio button in an output never
// sees them. It leaves all keys alone on an element with the attribute below; its own rules look at the focused element
// first, so that is where the attribute has to be.

const ROOM = ".flowlab-own-keys";

function leaveMyKeys(event) {
  event.target.setAttribute("data-lm-suppress-shortcuts", "true");
}

// The buttons of ipywidgets' Play are icons without a name. Its tooltip says what is played.
function nameButtons(room) {
  for (const play of room.querySelectorAll(".widget-play")) {
    const [start, stop] = play.querySelectorAll("button");
    start?.setAttribute("aria-label", `Play or pause: ${play.title}`);
    stop?.setAttribute("aria-label", `Back to the start: ${play.title}`);
  }
}

function render({ el }) {
  el.style.display = "none";
  let room = null;
  const rendered = new MutationObserver(() => nameButtons(room));
  let frames = 60; // a view is attached to the page a little after it is rendered
  const find = () => {
    room = el.closest(ROOM);
    if (room) {
      room.addEventListener("focusin", leaveMyKeys);
      rendered.observe(room, { childList: true, subtree: true });
      nameButtons(room);
    } else if (frames-- > 0) requestAnimationFrame(find);
  };
  find();
  return () => {
    room?.removeEventListener("focusin", leaveMyKeys);
    rendered.disconnect();
  };
}

export default { render };
