// The preview beside a text: asked of the server after a short rest, so that it is what a trainee would have.

/** Milliseconds without typing after which the preview is asked for. */
const rest = 600;

/** Shows the lesson of a form as it is typed. */
export function preview(form: HTMLFormElement, values: () => Record<string, unknown>): void {
  const page = document.querySelector<HTMLElement>("[data-preview-body]");
  const problems = document.querySelector<HTMLElement>(`[data-problems="${form.dataset["lang"] ?? ""}"]`);
  const url = form.dataset["previewUrl"];
  if (!page || !url) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked: AbortController | undefined;
  let shown = "";
  const ask = async (): Promise<void> => {
    const body = JSON.stringify(values());
    if (body === shown) return;
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(url, { method: "POST", body, signal: asked.signal, headers: { "content-type": "application/json", accept: "text/html" } });
      if (!answer.ok) return;
      const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
      problems?.replaceChildren(...(parts.querySelector("[data-part=problems]")?.childNodes ?? []));
      const open = [...page.querySelectorAll("details")].map((d) => d.open);
      page.replaceChildren(...(parts.querySelector("[data-part=page]")?.childNodes ?? []));
      page.querySelectorAll("details").forEach((d, i) => (d.open = open[i] ?? false));
      shown = body;
    } catch {
      // no network or a newer question: the page keeps the last answer, and saving says what is missing
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), rest);
  });
  form.addEventListener("focusin", () => {
    if (page.dataset["of"] === form.dataset["lang"]) return;
    page.dataset["of"] = form.dataset["lang"] ?? "";
    shown = "";
    void ask();
  });
}
