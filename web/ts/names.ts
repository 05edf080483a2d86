// A long list of names on a phone: typing some letters leaves those that have them, accents and case aside.
const fold = (s: string): string => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Shows the box above a list that has none yet; the list may come later, when the test opens. */
function attach(): void {
  const box = document.querySelector<HTMLElement>("[data-filter-box][hidden]");
  const input = box?.querySelector<HTMLInputElement>("[data-filter]");
  if (!box || !input) return;
  box.hidden = false;
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
