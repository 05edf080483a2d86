// A lesson in one language: saved as it is typed, over the revision that the writer saw. What is not on the server yet is kept in this
// tab; what somebody else wrote meanwhile is shown and never overwritten unseen.

/** Milliseconds without typing after which the text is saved, and between two tries without network. */
const rest = 1500;
const again = 5000;

export interface Side {
  form: HTMLFormElement;
  lang: string;
  text: HTMLTextAreaElement;
  values: () => Values;
  unsaved: () => boolean;
}

interface Values extends Record<string, unknown> {
  base: number;
  raw: boolean;
  title: string;
  objectives: string;
  sources: string;
  text: string;
}

interface Theirs {
  revision: number;
  by: string;
  title: string;
  objectives: string;
  sources: string;
  text: string;
}

const names = ["title", "objectives", "text", "sources"] as const;

type Field = HTMLInputElement | HTMLTextAreaElement;

export function side(form: HTMLFormElement): Side {
  const field = (name: string): Field | null => form.querySelector<Field>(`[data-field="${name}"]`);
  const text = field("text") as HTMLTextAreaElement;
  const base = form.querySelector<HTMLInputElement>("input[name=base]");
  const state = form.querySelector<HTMLElement>("[data-state]");
  const panel = form.parentElement?.querySelector<HTMLElement>("[data-conflict]");
  const key = `author:${form.dataset["owner"] ?? ""}:${form.getAttribute("action") ?? ""}`;
  const values = (): Values => {
    const v: Values = { base: Number(base?.value), raw: form.querySelector("input[name=raw]") !== null, title: "", objectives: "", sources: "", text: "" };
    for (const n of names) v[n] = field(n)?.value ?? "";
    return v;
  };
  const typed = (): string => JSON.stringify(names.map((n) => field(n)?.value ?? ""));
  let saved = typed();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending = false;
  let stopped = panel !== null && panel !== undefined && !panel.hidden; // a conflict that the server's page shows
  let theirs: Theirs | undefined;

  const say = (kind: string, more = ""): void => {
    if (state) state.textContent = more && kind === "Saved" ? more : `${form.dataset[`said${kind}`] ?? ""}${more ? ` ${more}` : ""}`;
    if (state) state.dataset["kind"] = kind;
  };
  const later = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void save(), ms);
  };
  const keep = (): void => sessionStorage.setItem(key, JSON.stringify(values()));

  async function save(): Promise<void> {
    clearTimeout(timer);
    if (sending || stopped || text.readOnly || typed() === saved) return;
    sending = true;
    const sent = typed();
    say("Saving");
    try {
      const answer = await fetch(form.action, { method: "POST", body: JSON.stringify(values()), headers: { "content-type": "application/json", accept: "application/json" } });
      const body = (await answer.json()) as Partial<Theirs> & { said?: string; error?: { message?: string; fields?: Record<string, string> } };
      if (answer.ok) acknowledged(sent, body.revision ?? 0, body.said ?? "");
      else if (answer.status === 409 && body.text !== undefined) conflict(body as Theirs);
      else if (answer.status >= 500) throw new Error("unavailable");
      else say("Refused", Object.values(body.error?.fields ?? {})[0] ?? body.error?.message ?? "");
    } catch {
      say("Waiting");
      later(again);
    } finally {
      sending = false;
    }
    if (!stopped && state?.dataset["kind"] === "Saved" && typed() !== saved) later(rest);
  }

  function acknowledged(sent: string, revision: number, said: string): void {
    saved = sent;
    if (base) base.value = String(revision);
    if (typed() === sent) sessionStorage.removeItem(key);
    say("Saved", said);
  }

  function conflict(t: Theirs): void {
    stopped = true;
    theirs = t;
    say("Conflict");
    if (!panel) return;
    panel.hidden = false;
    const by = panel.querySelector("[data-by]");
    const box = panel.querySelector<HTMLTextAreaElement>("[data-theirs]");
    if (by) by.textContent = t.by;
    if (box) box.value = t.text;
    for (const b of panel.querySelectorAll<HTMLElement>("[data-mine], [data-take]")) b.hidden = false;
    panel.focus();
  }

  /** The writer has seen the other text: the next save is over it. */
  function goOn(): void {
    if (theirs && base) base.value = String(theirs.revision);
    stopped = false;
    keep();
    later(0);
  }

  panel?.querySelector("[data-mine]")?.addEventListener("click", () => {
    panel.hidden = true;
    goOn();
    text.focus();
  });
  panel?.querySelector("[data-take]")?.addEventListener("click", () => {
    if (!theirs) return;
    const mine = values();
    for (const n of names) {
      const f = field(n);
      if (f) f.value = theirs[n];
    }
    const box = panel.querySelector<HTMLTextAreaElement>("[data-theirs]");
    if (box) box.value = mine.text;
    theirs = { ...theirs, title: mine.title, objectives: mine.objectives, sources: mine.sources, text: mine.text };
    form.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
  form.addEventListener("input", () => {
    if (text.readOnly) return;
    keep();
    if (!stopped) later(rest);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (stopped) {
      if (panel) panel.hidden = true;
      goOn();
    } else void save();
  });
  form.addEventListener("focusout", () => later(0));
  window.addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void save();
  });
  restore();

  /** Brings back what was typed and never reached the server: with its own base, so that a newer text is a conflict and not lost. */
  function restore(): void {
    const found = sessionStorage.getItem(key);
    if (!found || text.readOnly || stopped) return;
    const kept = JSON.parse(found) as Values;
    for (const n of names) {
      const f = field(n);
      if (f) f.value = kept[n];
    }
    if (typed() === saved) {
      sessionStorage.removeItem(key);
      return;
    }
    if (base) base.value = String(kept.base);
    say("Restored");
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  return { form, lang: form.dataset["lang"] ?? "", text, values, unsaved: () => typed() !== saved };
}

/** Asks before the page is left while something is not on the server. */
export function guardFields(sides: Side[]): void {
  window.addEventListener("beforeunload", (event) => {
    if (sides.some((s) => s.unsaved())) event.preventDefault();
  });
}
