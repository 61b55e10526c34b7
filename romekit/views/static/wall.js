// The notebook's half of the wall: it stands behind share/wall.js and tell.js in one module, draws what the kernel says and tells it
// what was pressed.

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
  el.append(wall.el);
  return () => {
    for (const [event, answer] of events) model.off(event, answer);
  };
}

export default { render };
