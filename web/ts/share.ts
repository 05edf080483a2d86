// A text that is passed on by the phone's own share sheet, or copied where there is none; then its form notes that. Without
// scripts the text stands in its field, and the form's other button notes it.
import { on } from "./lib/page.ts";

/** Passes a text on: "shared", "copied", or "" when the person changed their mind or nothing worked. */
async function passOn(title: string, text: string): Promise<"shared" | "copied" | ""> {
  try {
    if (typeof navigator.share === "function") {
      await navigator.share({ title, text });
      return "shared";
    }
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    return "";
  }
}

for (const button of document.querySelectorAll<HTMLElement>("[data-share]")) {
  button.hidden = typeof navigator.share !== "function" && typeof navigator.clipboard?.writeText !== "function";
}

on("click", "[data-share]", (button) => {
  const form = button.closest("form");
  const text = form?.querySelector("textarea");
  if (!form || !text) return;
  void passOn(button.dataset["share"] ?? "", text.value).then((how) => {
    const copied = form.querySelector<HTMLInputElement>("input[name=copied]");
    if (how === "" || !copied) {
      text.select();
      return;
    }
    copied.value = how === "copied" ? "1" : "";
    form.requestSubmit();
  });
});
