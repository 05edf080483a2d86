// A long list of names on a phone: typing some letters leaves those that have them, accents and case aside.
const fold = (s: string): string => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Wakes the box above a list; the list may come later, when the test opens. Without scripts a box that is shown is sent. */
function attach(): void {
  const box = document.querySelector<HTMLElement>("[data-filter-box]:not([data-filter-on])");
  const input = box?.querySelector<HTMLInputElement>("[data-filter]");
  if (!box || !input) return;
  box.hidden = false;
  box.dataset["filterOn"] = "";
  const rows = [...document.querySelectorAll<HTMLElement>("[data-filter-list] .choice")].map((row) => ({ row, text: fold(row.textContent ?? "") }));
  input.addEventListener("input", () => {
    const wanted = fold(input.value.trim());
    for (const { row, text } of rows) {
      row.hidden = !text.includes(wanted) && !row.querySelector<HTMLInputElement>("input")?.checked;
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

attach();
document.addEventListener("htmx:afterSettle", attach);
