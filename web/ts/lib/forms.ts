// Forms: nothing typed is lost by leaving, nothing is sent twice by a second click.
import { newKey, on } from "./page.ts";

/** Milliseconds after which a form may be sent again when the page is still here (a download answered it). */
const sendAgain = 6000;

/** Sets the client-made key of every form that carries one and has none yet. */
export function fillKeys(root: ParentNode = document): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("input[data-key]")) {
    if (input.value === "") input.value = newKey();
  }
}

/** Refuses the second sending of a form that is on its way. */
export function guardDoubleSubmit(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method === "dialog" || event.defaultPrevented) return;
    if (form.dataset["sent"] !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset["sent"] = "";
    const pressed = event.submitter;
    pressed?.setAttribute("data-busy", "");
    setTimeout(() => release(form), sendAgain);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) release(form);
  });
}

/** Lets a form be sent again. */
export function release(form: HTMLFormElement): void {
  delete form.dataset["sent"];
  for (const b of form.querySelectorAll("[data-busy]")) b.removeAttribute("data-busy");
}

/** Asks before the page is left while something typed is not sent. A form opts out with data-guard="off". */
export function guardTyped(): void {
  on("input", "form[method=post]:not([data-guard=off])", (form, event) => {
    if (event.target instanceof HTMLElement && event.target.matches(".input") && !document.body.classList.contains("bare")) {
      form.dataset["typed"] = "";
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement) delete event.target.dataset["typed"];
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-typed]")) event.preventDefault();
  });
}

/** Sets the focus where the reader should go on: the error summary, or what asks for it. */
export function focusFirst(root: ParentNode): void {
  root.querySelector<HTMLElement>("[data-focus]")?.focus();
}

/** Names the field in each line of the error summary: "this field is required" alone does not say which. */
export function nameErrors(root: ParentNode = document): void {
  for (const link of root.querySelectorAll<HTMLAnchorElement>(".error-summary a:not([data-named])")) {
    const field = document.getElementById(link.getAttribute("href")?.slice(1) ?? "");
    const label = field?.closest("fieldset.choices")?.querySelector("legend") ?? document.querySelector(`label[for="${field?.id ?? ""}"]`);
    const name = label?.firstChild?.textContent?.trim();
    if (!name) continue;
    link.dataset["named"] = "";
    link.textContent = `${name} – ${link.textContent}`;
  }
}

/** Leads from a line of the error summary into its field, not only to its place. */
export function errorLinks(): void {
  on("click", ".error-summary a", (link, event) => {
    const id = link.getAttribute("href")?.slice(1);
    const field = id ? document.getElementById(id) : null;
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });
}

/** The button that shows a password. */
export function reveals(root: ParentNode = document): void {
  for (const b of root.querySelectorAll<HTMLButtonElement>("[data-reveal-button]")) b.hidden = false;
}

export function listenReveals(): void {
  on("click", "[data-reveal-button]", (b) => {
    const input = b.parentElement?.querySelector("input");
    if (!input) return;
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    b.textContent = (show ? b.dataset["hide"] : b.dataset["show"]) ?? "";
  });
}

/** Lets the server judge: its messages are in the reader's language and stand beside the field; the browser's are neither. */
export function ownMessages(root: ParentNode = document): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[method=post]")) form.noValidate = true;
  for (const wrong of root.querySelectorAll(".field-wrong")) {
    for (let d = wrong.closest("details"); d; d = d.parentElement?.closest("details") ?? null) d.open = true;
  }
}

/** Files that are dropped on the frame of a file field. */
export function drops(): void {
  on("dragover", "[data-drop]", (box, event) => {
    event.preventDefault();
    box.dataset["over"] = "";
  });
  on("dragleave", "[data-drop]", (box) => delete box.dataset["over"]);
  on("drop", "[data-drop]", (box, event) => {
    event.preventDefault();
    delete box.dataset["over"];
    const input = box.querySelector<HTMLInputElement>("input[type=file]");
    const files = event.dataTransfer?.files;
    if (!input || !files || files.length === 0) return;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
