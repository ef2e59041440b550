// JupyterLab takes the arrow keys for itself wherever a cell is selected: a menu or a radio button in an output never
// sees them. Inside an element with the attribute below it leaves all keys alone.

const ROOM = ".flowlab-own-keys";

function render({ el }) {
  el.style.display = "none";
  let frames = 60; // a view is attached to the page a little after it is rendered
  const mark = () => {
    const room = el.closest(ROOM);
    if (room) room.setAttribute("data-lm-suppress-shortcuts", "true");
    else if (frames-- > 0) requestAnimationFrame(mark);
  };
  mark();
}

export default { render };
