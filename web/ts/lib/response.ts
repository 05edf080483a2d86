// The answer that stands in a question's form; the shapes are those of the server.
export interface Response {
  c?: string[];
  m?: Record<string, string>;
  t?: string;
}

/** Reads what is answered. */
export function read(form: HTMLFormElement): Response {
  switch (form.dataset["type"]) {
    case "matching": {
      const m: Record<string, string> = {};
      for (const s of form.querySelectorAll("select")) if (s.value) m[s.name.slice(2)] = s.value;
      return { m };
    }
    case "ordering":
      return { c: order([...form.querySelectorAll("select")]) };
    case "short_text":
    case "numeric":
      return { t: form.querySelector<HTMLInputElement>("input.input")?.value.trim() ?? "" };
    default:
      return { c: [...form.querySelectorAll<HTMLInputElement>("input:checked")].map((i) => i.value) };
  }
}

/** The lines in order; none as long as a rank is missing or stands twice. */
function order(selects: HTMLSelectElement[]): string[] {
  const lines: string[] = [];
  for (const s of selects) {
    const rank = Number(s.value);
    if (!rank || lines[rank - 1] !== undefined) return [];
    lines[rank - 1] = s.name.slice(2);
  }
  return lines;
}

export function isEmpty(r: Response): boolean {
  return !r.t && !r.c?.length && Object.keys(r.m ?? {}).length === 0;
}

/** Puts an answer back into its form. */
export function fill(form: HTMLFormElement, r: Response): void {
  for (const input of form.querySelectorAll<HTMLInputElement>("input[type=radio], input[type=checkbox]")) input.checked = r.c?.includes(input.value) ?? false;
  for (const s of form.querySelectorAll("select")) {
    const line = s.name.slice(2);
    const rank = (r.c?.indexOf(line) ?? -1) + 1;
    s.value = r.m?.[line] ?? (rank > 0 ? String(rank) : "");
  }
  const text = form.querySelector<HTMLInputElement>("input.input");
  if (text) text.value = r.t ?? "";
}
