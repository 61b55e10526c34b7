// A page asks only while somebody can see it. A browser has six connections for one server and a held question takes one
// of them, so that a seventh tab would wait for the first six. Stands before the script of a page that asks.

let held = new AbortController(); // what is being asked now ends when the page is hidden

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return;
  held.abort();
  held = new AbortController();
});

// Resolves when the page can be seen: at once, or when it is shown again.
function whenSeen() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((done) => {
    document.addEventListener("visibilitychange", function shown() {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", shown);
      done();
    });
  });
}

// Whether a question ended because the page was hidden, which is no trouble.
const isHiding = (problem) => problem.name === "AbortError";
