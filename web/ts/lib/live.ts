// htmx, loaded only by pages that have parts which change by themselves.
import htmx from "htmx.org";
import { fillKeys, focusFirst, nameErrors, ownMessages, reveals } from "./forms.ts";
import { word } from "./page.ts";
import { clearToasts, toast } from "./toast.ts";
import { busy } from "./progress.ts";

interface HtmxDetail {
  elt: Element;
  target?: Element;
  xhr: XMLHttpRequest;
}

/** A part that asks again by itself: its troubles and its waiting are nobody's business until they last. */
function polls(elt: Element): boolean {
  return elt.getAttribute("hx-trigger")?.includes("every") ?? false;
}

/** Failures in a row of parts that ask by themselves, before a toast says so. */
const patience = 3;
let failures = 0;

function failed(elt: Element, sentence: string): void {
  if (polls(elt) && ++failures < patience) return;
  toast(sentence);
}

function listen(): void {
  const detail = (e: Event): HtmxDetail => (e as CustomEvent<HtmxDetail>).detail;
  document.addEventListener("htmx:beforeRequest", (e) => {
    if (!polls(detail(e).elt)) busy(true);
  });
  document.addEventListener("htmx:afterRequest", (e) => {
    if (!polls(detail(e).elt)) busy(false);
  });
  document.addEventListener("htmx:sendError", (e) => failed(detail(e).elt, word("error_network")));
  document.addEventListener("htmx:timeout", (e) => failed(detail(e).elt, word("error_network")));
  document.addEventListener("htmx:responseError", (e) => {
    const { xhr, elt } = detail(e);
    failed(elt, xhr.status === 401 ? word("error_signed_out") : word("error_server"));
  });
  document.addEventListener("htmx:afterSettle", (e) => {
    const { target, elt } = detail(e);
    if (failures > 0) clearToasts();
    failures = 0;
    const root = target ?? elt;
    fillKeys(root);
    reveals(root);
    nameErrors(root);
    ownMessages(root);
    if (!polls(elt)) focusFirst(root);
  });
}

/** Starts htmx under the strict policy: nothing is evaluated, no style is added. */
export function start(): void {
  Object.assign(htmx.config, {
    allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true, historyCacheSize: 0, allowScriptTags: false, timeout: 20000,
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "422", swap: true },
      { code: "[45]..", swap: false, error: true },
    ],
  });
  listen();
  htmx.process(document.body);
}
