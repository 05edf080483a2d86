// The camera part of a page (kit.Scan): a code that is read goes into the form beside it and the form is sent; pages that
// send codes themselves listen to the event "scan" of the element instead.
import { Scanner, type ScanTrouble } from "./lib/scan.ts";
import { toast } from "./lib/toast.ts";

function attach(box: HTMLElement): void {
  const video = box.querySelector("video");
  const open = box.querySelector<HTMLButtonElement>("[data-scan-start]");
  const close = box.querySelector<HTMLButtonElement>("[data-scan-stop]");
  const view = box.querySelector<HTMLElement>(".scan-view");
  const note = box.querySelector<HTMLElement>("[data-scan-note]");
  if (!video || !open || !close || !view || !note) return;
  const say = (why: ScanTrouble | "ready"): void => void (note.textContent = box.dataset[why] ?? "");
  const show = (on: boolean): void => {
    view.hidden = !on;
    close.hidden = !on;
    open.hidden = on;
  };
  const scanner = new Scanner({ video, found: (text) => deliver(box, text), trouble: say });
  const begin = async (): Promise<void> => {
    open.disabled = true;
    const on = await scanner.start();
    open.disabled = false;
    show(on);
    if (on) say("ready");
  };
  const end = (): void => {
    scanner.stop();
    show(false);
    note.textContent = "";
  };
  open.addEventListener("click", () => void begin());
  close.addEventListener("click", end);
  addEventListener("pagehide", end);
  if (isSecureContext) open.hidden = false;
  else say("insecure");
}

function deliver(box: HTMLElement, text: string): void {
  const event = new CustomEvent("scan", { detail: text, bubbles: true, cancelable: true });
  if (!box.dispatchEvent(event)) return;
  const form = document.getElementById(box.dataset["form"] ?? "");
  const input = form?.querySelector<HTMLInputElement>("[data-scan-input]");
  if (!(form instanceof HTMLFormElement) || !input) return;
  input.value = text;
  toast(text, { stay: 2000 });
  form.requestSubmit();
}

for (const box of document.querySelectorAll<HTMLElement>("[data-scan]")) attach(box);
