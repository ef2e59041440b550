// A picture that takes the pointer and the arrow keys. Coordinates are fractions of the picture: (0, 0) top left.
// `cursor` is where the marker stands; `stroke` is {id, points}: all points of the drag so far, so that a
// kernel that lags and sees only the last state still knows the whole path.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const WORKING = "computing ...";
const WAIT = 500; // ms of work before the page says so: short work shows no sign
const LINGER = 300; // ms that the sign stays afterwards, so that it does not blink between two moves
const clamp = (v) => Math.min(1, Math.max(0, v));

function pointerHandlers(model, img, marker) {
  let queued = false;
  let points = null; // of the drag under way; null between drags
  let strokeId = 0;

  const flush = () => {
    queued = false;
    model.save_changes();
  };
  // One message per animation frame, however fast the mouse reports.
  const send = () => {
    if (!queued) {
      queued = true;
      requestAnimationFrame(flush);
    }
  };
  const at = (event) => {
    const box = img.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  };
  // Where a drag leaves the picture, the cursor stays on its rim and the marker goes, as the pointer does.
  const follow = (event) => {
    const box = img.getBoundingClientRect();
    const [x, y] = [event.clientX, event.clientY];
    marker.hidden = x < box.left || x > box.right || y < box.top || y > box.bottom;
  };
  const extend = (point) => {
    points = [...points, point];
    model.set("cursor", point);
    model.set("stroke", { id: strokeId, points });
    send();
  };
  const begin = (point) => {
    strokeId = model.get("stroke").id + 1; // counted by the model: a second view of it goes on from there
    points = [];
    extend(point);
  };

  return {
    pointerdown(event) {
      img.setPointerCapture(event.pointerId);
      follow(event);
      begin(at(event));
    },
    pointermove(event) {
      if (!points || !event.buttons) return;
      follow(event);
      extend(at(event));
    },
    pointerup() {
      points = null;
    },
    // Arrows move the cursor; with Shift they draw, as a drag does.
    keydown(event) {
      const direction = ARROWS[event.key];
      if (!direction) return;
      event.preventDefault();
      event.stopPropagation();
      marker.hidden = false;
      const [x, y] = model.get("cursor");
      const [right, down] = model.get("step");
      const next = [clamp(x + right * direction[0]), clamp(y + down * direction[1])];
      if (event.shiftKey) {
        if (!points) begin([x, y]);
        extend(next);
      } else {
        points = null;
        model.set("cursor", next);
        send();
      }
    },
    keyup(event) {
      if (event.key === "Shift") points = null;
    },
    focus() {
      if (img.matches(":focus-visible")) marker.hidden = false; // reached by keyboard
    },
    blur() {
      points = null;
    },
  };
}

// A line that screen readers read out when it changes. It lies over the picture: nothing moves when it comes or goes.
function workSign(model, el) {
  const sign = document.createElement("div");
  let timer = null;
  sign.className = "flowlab-busy";
  sign.setAttribute("role", "status");
  el.append(sign);
  return () => {
    clearTimeout(timer);
    const [busy, shown] = [model.get("busy"), sign.textContent !== ""];
    if (busy !== shown) timer = setTimeout(() => (sign.textContent = busy ? WORKING : ""), shown ? LINGER : WAIT);
  };
}

function render({ model, el }) {
  el.classList.add("flowlab-pad-root");
  const img = document.createElement("img");
  const marker = document.createElement("div");
  img.className = "flowlab-picture";
  img.draggable = false;
  marker.className = "flowlab-marker";
  el.append(img, marker);

  // A data URL, not a blob: `src` then changes exactly when the picture does, which the browser tests rely on.
  const drawImage = () => {
    const view = model.get("image");
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    let text = "";
    const piece = 0x8000; // one call takes so many arguments
    for (let i = 0; i < bytes.length; i += piece) text += String.fromCharCode(...bytes.subarray(i, i + piece));
    img.src = `data:image/png;base64,${btoa(text)}`;
  };
  const drawAlt = () => {
    img.alt = model.get("alt");
    if (model.get("interactive")) img.setAttribute("aria-label", `${model.get("label")}. ${img.alt}`);
  };
  const drawMarker = () => {
    const [x, y] = model.get("cursor");
    marker.style.left = `${100 * x}%`;
    marker.style.top = `${100 * y}%`;
  };
  const watched = { image: drawImage, alt: drawAlt, cursor: drawMarker, busy: workSign(model, el) };
  for (const [name, draw] of Object.entries(watched)) {
    model.on(`change:${name}`, draw);
    draw();
  }

  marker.hidden = !model.get("interactive");
  if (model.get("interactive")) {
    img.classList.add("flowlab-pad");
    img.tabIndex = 0;
    img.setAttribute("role", "application");
    img.setAttribute("aria-roledescription", "pad: drag, or use the arrow keys; Shift and arrows draw");
    const handlers = pointerHandlers(model, img, marker);
    for (const [name, handler] of Object.entries(handlers)) img.addEventListener(name, handler);
  }
  return () => {
    for (const [name, draw] of Object.entries(watched)) model.off(`change:${name}`, draw);
  };
}

export default { render };
