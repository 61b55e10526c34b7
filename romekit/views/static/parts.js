// What the pages of several widgets have in common; it stands before the code of each. Text is set, never HTML.

// JupyterLab's shortcuts look at what has the focus first, and at what is around it after that: so each thing that can
// have it says itself that its keys are its own. Else an arrow in a list would move on to the next cell.
const HAS_KEYS = new Set(["a", "button", "input", "select", "summary", "textarea"]);

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (HAS_KEYS.has(tag)) node.dataset.lmSuppressShortcuts = "true";
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function select(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(node) {
  try {
    await navigator.clipboard.writeText(node.textContent);
    return "Copied";
  } catch {
    select(node); // the clipboard is often refused outside a secure page; a selection never is
    try {
      if (document.execCommand("copy")) return "Copied";
    } catch {
      // fall through: the text stays selected
    }
    return "Press Ctrl+C";
  }
}

// A button that copies what stands in `node`, and the words that say so.
function copyButton(node, className, label) {
  const button = make("button", className, "Copy");
  const said = make("span", "rk-copied");
  button.type = "button";
  button.title = label;
  button.setAttribute("aria-label", label);
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    said.textContent = "";
    said.textContent = await copy(node);
  });
  return [button, said];
}

function newId() {
  return `rk-${Math.random().toString(36).slice(2, 10)}`;
}
