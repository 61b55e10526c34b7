// Draws under the running cell what the kernel says is under way, and lets the seconds run between two messages.
//
// It belongs to a model without a view. A page that shows notebooks has the cells; which one runs, the kernel says by its id.

const STEPS = [5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];
const TICK = 200; // milliseconds between two pictures
const SOON = 600; // milliseconds for which nobody misses a word about a cell that only computes
const HOLD = 600; // milliseconds for which the room is kept until the cell's own output has been drawn
const heights = new Map(); // of a cell's outputs when it ran last: the page does not jump when it runs again

function make(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text) node.textContent = text;
  return node;
}

// The nodes of a cell: one in each panel that shows this notebook.
function nodesOf(context, id) {
  const cells = context?.model?.cells;
  const all = [...document.querySelectorAll(".jp-NotebookPanel")];
  const titles = (panel) => document.querySelector(`.lm-TabBar-tab[data-id="${panel.id}"]`)?.title ?? "";
  const panels = all.length > 1 ? all.filter((panel) => titles(panel).includes(context?.localPath)) : all;
  for (let place = 0; place < (cells?.length ?? 0); place += 1) {
    if (cells.get(place).id !== id) continue;
    const found = panels.map((panel) => panel.querySelector(`.jp-Cell[data-windowed-list-index="${place}"]`));
    return found.filter(Boolean);
  }
  return [];
}

function words(told, now) {
  if (told.words) return `${told.words}: ${now.toFixed(1)} s`;
  const seconds = `${(now - told.began).toFixed(1)} s`;
  const count = told.counts.reduce((sum, [, number]) => sum + number, 0);
  if (!count) return `Waiting: ${seconds}`;
  if (count > 1) return `${told.over} of ${count} commands are over: ${seconds}`;
  const row = told.rows[0];
  return `${row.name}: ${row.spans.at(-1)[0]}, ${(now - row.spans[0][1]).toFixed(1)} s`;
}

function paint(node, style) {
  node.style.background = style.fill;
  node.style.color = style.ink;
}

function rowOf(row, told, now, zero, whole, wide) {
  const line = make("div", "rk-cell-progress-row");
  const track = make("div", "rk-cell-progress-track");
  const percent = (seconds) => `${(100 * seconds) / whole}%`;
  for (const [status, begin, end] of row.spans) {
    const style = told.styles[status];
    const part = make("span", end === begin ? "rk-cell-progress-end" : "rk-cell-progress-bar");
    part.style.left = percent(begin - zero);
    if (end === begin) part.textContent = `${style.block} ${status}`;
    else {
      const lasts = (end ?? now) - begin;
      if ((lasts / whole) * wide > 7 * status.length) part.textContent = status; // half a word is none
      part.style.width = percent(lasts);
      paint(part, style);
    }
    track.append(part);
  }
  line.append(make("div", "rk-cell-progress-name", row.name), track);
  return line;
}

function counted(told) {
  const line = make("div", "rk-cell-progress-counts");
  for (const [status, number] of told.counts) {
    const part = make("span", "rk-cell-progress-count", `${told.styles[status].block} ${number} ${status}`);
    part.style.flexGrow = number;
    paint(part, told.styles[status]);
    line.append(part);
  }
  return line;
}

function draw(box, told, now, more) {
  const head = make("div", "rk-cell-progress-head", words(told, now) + more);
  if (!told.rows?.length) {
    box.replaceChildren(head, ...(told.counts?.length ? [counted(told)] : []));
    return;
  }
  const zero = Math.min(...told.rows.map((row) => row.spans[0][1]));
  const whole = 1.35 * (STEPS.find((step) => step >= now - zero) ?? now - zero); // an end has its word behind the bar
  const wide = box.querySelector(".rk-cell-progress-track")?.clientWidth ?? 0;
  box.replaceChildren(head, ...told.rows.map((row) => rowOf(row, told, now, zero, whole, wide)));
}

function initialize({ model }) {
  const boxes = new Map(); // by the node of their cell
  let timer = null;
  let heard = 0;

  function place(cell, id) {
    let box = boxes.get(cell);
    if (!box) {
      box = make("div", "rk-cell-progress");
      box.setAttribute("role", "timer"); // it changes all the time, and no screen reader is to follow that
      box.style.minHeight = `${heights.get(id) ?? 0}px`;
      boxes.set(cell, box);
    }
    if (!box.isConnected) cell.querySelector(".jp-Cell-inputWrapper")?.after(box);
    const editor = cell.querySelector(".jp-InputArea-editor");
    if (editor) box.style.marginLeft = `${editor.getBoundingClientRect().left - cell.getBoundingClientRect().left}px`;
    return box;
  }

  // The cell's outputs come in a moment. Until they are drawn, the cell stays as high as it is.
  function remove(id) {
    for (const [cell, box] of boxes) {
      cell.style.minHeight = `${cell.offsetHeight}px`;
      box.remove();
      setTimeout(() => {
        cell.style.minHeight = "";
        heights.set(id, cell.querySelector(".jp-Cell-outputWrapper")?.offsetHeight ?? 0);
      }, HOLD);
    }
    boxes.clear();
  }

  let shown = "";
  let began = 0; // when the page heard of the cell
  function tick() {
    clearTimeout(timer);
    const told = model.get("picture");
    if (shown && told.cell !== shown) remove(shown);
    if (told.cell && told.cell !== shown) began = performance.now();
    shown = told.cell ?? "";
    if (!shown) return;
    timer = setTimeout(tick, TICK);
    const runs = performance.now() - began;
    if (told.words && runs < SOON) return;
    const passed = (performance.now() - heard) / 1000;
    const now = told.words ? runs / 1000 : Math.min(told.until, told.now + passed / told.pace);
    const late = passed - (told.until - told.now) * told.pace; // the wait is over, and the cell has something else to do
    const more = late > SOON / 1000 ? `. Running: ${late.toFixed(1)} s` : "";
    for (const cell of nodesOf(model.widget_manager?.context, shown)) draw(place(cell, shown), told, now, more);
  }

  function hear() {
    heard = performance.now();
    tick();
  }

  model.on("change:picture", hear);
  hear();
  return () => {
    clearTimeout(timer);
    model.off("change:picture", hear);
    remove(shown);
  };
}

export default { initialize, render() {} };
