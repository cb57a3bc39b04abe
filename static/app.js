// The page's behaviour beyond its links and forms. Everything works without this file.

const { initAll } = await import(document.querySelector("script[data-govuk]").dataset.govuk);
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A swap gives new elements their behaviour, and the focus goes where the answer is: to the error summary
// (which takes it by itself), else to a heading marked data-focus, else to the element with the same id.

let focused = "";

document.addEventListener("htmx:beforeRequest", (event) => {
  focused = document.activeElement?.id ?? "";
  event.detail.target.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target.removeAttribute("aria-busy");
  if (event.detail.successful) document.getElementById("problem").textContent = "";
});

document.addEventListener("htmx:afterSettle", (event) => {
  const fresh = event.target;
  if (!fresh.matches?.("main, main *")) return; // announcements and counters
  // An element that was there before has its behaviour already, and says so.
  const onError = (error) => error.name === "InitError" || console.error(error);
  initAll({ scope: fresh.parentElement, onError });

  const main = document.getElementById("main");
  const summary = main.querySelector(".govuk-error-summary");
  document.title = (summary ? "Error: " : "") + document.title.replace(/^Error: /, "");
  if (summary?.contains(document.activeElement)) return;

  showCurrent(document.getElementById("agenda"));
  const next = fresh.matches("[data-focus]") ? fresh : fresh.querySelector("[data-focus]");
  if (next) next.focus();
  else if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
});

// A draft that keeps itself while somebody types says so beside its button each time, and aloud once a minute.

let spoken = 0;

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id !== "announce" || !document.querySelector("[data-autosave]")) return;
  if (Date.now() - spoken < 60_000) event.detail.shouldSwap = false;
  else spoken = Date.now();
});

// A long list scrolls to what it marks as current.
function showCurrent(list) {
  const item = list?.querySelector("[aria-current]");
  if (!item) return;
  const below = item.offsetTop + item.offsetHeight - list.clientHeight;
  list.scrollTop = Math.max(below, Math.min(list.scrollTop, item.offsetTop - item.offsetHeight));
}

// Whatever went wrong, the words are still in the form, and the page says so.

const tell = (sentence) => () => {
  document.getElementById("problem").textContent = sentence;
};
const kept = "What you wrote is still on this page.";
document.addEventListener("htmx:responseError", tell(`That did not work and nothing was saved. ${kept} Try again in a moment.`));
document.addEventListener("htmx:sendError", tell(`The service cannot be reached and nothing was saved. ${kept} Check your connection and try again.`));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    announce(button.dataset.copied ?? "Copied");
  } catch {
    announce("This browser does not allow copying. Select the words and copy them yourself.");
  }
});

function announce(sentence) {
  document.getElementById("announce").textContent = sentence;
}

// Single keys at a meeting: off until they are switched on for this window, and silent while a field has the focus.
// Each presses the button, follows the link or reaches the field that the page's own list names beside it.

const keys = document.getElementById("keys");
const keysOn = () => sessionStorage.getItem("single-keys") === "on";

function showKeys() {
  const button = keys.querySelector("button");
  button.textContent = keysOn() ? button.dataset.on : button.dataset.off;
  keys.classList.toggle("keys--on", keysOn());
}

if (keys) {
  showKeys();
  keys.querySelector("button").addEventListener("click", () => {
    sessionStorage.setItem("single-keys", keysOn() ? "off" : "on");
    showKeys();
    announce(keysOn() ? "Single keys are on" : "Single keys are off");
  });
  document.addEventListener("keydown", (event) => {
    if (!keysOn() || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const entry = [...keys.querySelectorAll("[data-key]")].find((item) => item.dataset.key === event.key.toLowerCase());
    const target = entry && document.getElementById(entry.dataset.presses);
    if (!target) return;
    event.preventDefault();
    const closed = target.closest("details:not([open])");
    if (closed) closed.open = true;
    if (target.matches("input, textarea")) target.focus();
    else target.click();
  });
}
