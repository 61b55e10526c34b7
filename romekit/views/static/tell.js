// What a page tells the kernel. One that was restarted knows nothing of the widgets of before, and sending then throws:
// whoever pressed a button is to read why nothing happens, and what helps.

const GONE = "The kernel was restarted: run this cell again.";

// Whether it could be sent; if not, `say` gets the sentence to show.
function tell(model, content, say) {
  try {
    model.send(content);
    return true;
  } catch {
    say(GONE);
    return false;
  }
}
