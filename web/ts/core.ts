// Loaded by every page. Pages work without it; with it, they lose nothing and say what they do.
import { dialogs, menus, printing, quickExit } from "./lib/dialogs.ts";
import { drops, errorLinks, fillKeys, focusFirst, guardDoubleSubmit, guardTyped, listenReveals, nameErrors, ownMessages, reveals } from "./lib/forms.ts";
import { watchNavigation } from "./lib/progress.ts";
import { mayHaveKept, mayWait } from "./lib/kept-flag.ts";

quickExit();
fillKeys();
reveals();
listenReveals();
guardTyped();
guardDoubleSubmit();
watchNavigation();
nameErrors();
ownMessages();
errorLinks();
drops();
menus();
dialogs();
printing();
focusFirst(document);

// What somebody answered on this phone and could not send goes up from any page; signing out waits for it.
if (mayHaveKept()) void import("./lib/handover.ts").then((h) => h.atOpening()).catch(() => undefined);
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.getAttribute("action") !== "/signout" || form.dataset["left"] !== undefined || !mayWait()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.dataset["left"] = "";
  void import("./lib/leaving.ts").then((l) => l.leave(form)).catch(() => form.submit());
}, { capture: true });

if (document.querySelector("[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete],[hx-boost]")) {
  void import("./lib/live.ts").then((live) => live.start());
}
