// The notebook's half of the wall: it stands behind share/wall.js and tell.js in one module, draws what the kernel says and tells it
// what was pressed.
//
// "Keep in view" puts a compact copy beside the notebook. Measured in JupyterLab 4.4.9 and 4.6.6: the notebook's own context opens
// a sibling in the dock (`addSibling`, a public call), next to the notebook, live, while a cell blocks the kernel, too. That needs
// no extension, no second address that Binder would not reach, and no application object. Notebook 7.4.7 has a single panel and
// opens no sibling: there the copy is a strip at the panel's lower edge. (The package sidecar 0.8.1 was tried: it works in JupyterLab 4.4.9, shows
// nothing in Notebook 7.4.7, and would be one more extension to install beside every notebook server.)

const OUTSIDE = ".rk-beside, .rk-pinned, .jp-LinkedOutputView"; // the last is Lab's own "Create New View for Output"
const NARROW = 300; // pixels: two or three columns of tiles

function render({ model, el }) {
  const send = (wish) => void tell(model, wish, wall.trouble);
  const wall = createWall({
    title: model.get("title"),
    level: 3, // below a notebook's own headings
    utc: true, // simulated time has no place on Earth
    buttons: model.get("buttons"),
    press: send,
    passes: model.get("passes"),
    pass: (seconds) => send({ pass: seconds }),
  });
  wall.el.classList.add("rk-compact");
  const show = () => wall.show(model.get("cards"), model.get("at"));
  const rename = () => wall.rename(model.get("title"));
  const complain = () => wall.trouble(model.get("trouble"));
  const events = [
    ["change:cards", show],
    ["change:at", show],
    ["change:title", rename],
    ["change:trouble", complain],
  ];
  for (const [event, answer] of events) model.on(event, answer);
  show();
  complain();
  const keep = button("Keep in view", "A small copy of this wall that stays beside the notebook", () => keepInView(model, el));
  if (model.widget_manager?.context?.addSibling) wall.el.firstChild.append(keep);
  const place = new ResizeObserver(() => {
    const outside = el.closest(OUTSIDE) != null;
    wall.el.classList.toggle("rk-strip", outside || model.get("compact"));
    keep.hidden = outside;
  });
  place.observe(el); // it is called once the wall is on the page
  el.append(wall.el);
  return () => {
    place.disconnect();
    for (const [event, answer] of events) model.off(event, answer);
  };
}

function button(words, tooltip, press) {
  const made = make("button", "rk-button", words);
  made.type = "button";
  made.title = tooltip;
  made.addEventListener("click", press);
  return made;
}

let copy = null; // there is one module per wall, so one copy

async function keepInView(model, el) {
  if (copy?.isAttached) {
    copy.parent.activateWidget?.(copy);
    return;
  }
  const panel = el.closest(".jp-NotebookPanel") ?? document.body;
  if (copy?.isConnected) return;
  const { widget_manager: manager } = model;
  const { luminoWidget: inside } = await manager.create_view(await manager.get_model(model.get("own")));
  const Widget = plainWidget(inside);
  copy = new Widget(); // ipywidgets has its own idea of the view's place and size, so the dock is given a box round it
  copy.addClass("rk-beside");
  Object.assign(copy.title, { label: "Device wall", closable: true });
  const isWide = panel.clientWidth > 3 * NARROW;
  manager.context.addSibling(copy, { mode: isWide ? "split-right" : "split-bottom", ref: panel.id });
  if (!copy.isAttached) return pin(model, panel);
  Widget.attach(inside, copy.node);
  copy.disposed.connect(() => inside.dispose());
  setTimeout(makeSmall, 150, copy, isWide); // the dock lays itself out first
}

// The class that all of Lab's panels have in common.
function plainWidget(some) {
  let found = some.constructor;
  while (!Object.hasOwn(found, "attach")) found = Object.getPrototypeOf(found);
  return found;
}

// The dock halves the room for a sibling; the wall needs less.
function makeSmall(copy, isWide) {
  const dock = copy.parent;
  const [all, own] = [dock.node.getBoundingClientRect(), copy.node.getBoundingClientRect()];
  const content = copy.node.querySelector(".rk-wall")?.offsetHeight ?? NARROW;
  const wanted = isWide ? own.right - NARROW : own.bottom - content - 44;
  const edge = (side) => Math.abs(isWide ? side.right - own.left : side.bottom - own.top);
  const handles = [...(dock.handles?.() ?? [])].filter((each) => each.offsetParent);
  const nearest = handles.sort((one, other) => edge(one.getBoundingClientRect()) - edge(other.getBoundingClientRect()))[0];
  if (nearest) dock.layout.moveHandle(nearest, wanted - all.left, wanted - all.top);
}

function pin(model, panel) {
  copy.dispose();
  copy = make("div", "rk-pinned");
  const forget = render({ model, el: copy });
  const close = () => {
    forget();
    copy.remove();
    panel.classList.remove("rk-has-pinned");
  };
  panel.classList.add("rk-has-pinned");
  copy.querySelector(".rk-wall-head").append(button("Close", "Take the small wall away", close));
  panel.append(copy);
}

export default { render };
