// JupyterLab takes the arrow keys for itself wherever a cell is selected: a menu or a radio button in an output never
// sees them. It leaves all keys alone on an element with the attribute below; its own rules look at the focused element
// first, so that is where the attribute has to be.

const ROOM = ".flowlab-own-keys";

function leaveMyKeys(event) {
  event.target.setAttribute("data-lm-suppress-shortcuts", "true");
}

function render({ el }) {
  el.style.display = "none";
  let room = null;
  let frames = 60; // a view is attached to the page a little after it is rendered
  const find = () => {
    room = el.closest(ROOM);
    if (room) room.addEventListener("focusin", leaveMyKeys);
    else if (frames-- > 0) requestAnimationFrame(find);
  };
  find();
  return () => room?.removeEventListener("focusin", leaveMyKeys);
}

export default { render };
