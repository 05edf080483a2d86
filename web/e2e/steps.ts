// Small steps that pages are walked with.
import { type Page, expect } from "@playwright/test";

export const password = "quatre tortues lentes";

/** Presses the one button of a name. */
export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).first().click();
}

/** Fills the inputs of a form by their names. */
export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await page.locator(`[name="${name}"]:visible`).first().fill(value);
}

/** Says whether the page shows the message of a thing done. */
export async function told(page: Page, text: string): Promise<void> {
  await expect(page.locator(".flashes")).toContainText(text);
}

/** Waits until the page says that its work is where it should be. */
export async function saved(page: Page, state: "server" | "offline"): Promise<void> {
  await expect(page.locator("[data-saved]").first()).toHaveAttribute("data-state", state, { timeout: 20_000 });
}

/** Hours of today between which a half-day is under way now and another follows, in a zone where it is not near midnight. */
export function today(): { zone: string; day: string; am: [string, string]; pm: [string, string] } {
  const inZone = (zone: string, shift: number): string => {
    const at = new Date(Date.now() + shift * 60_000);
    return at.toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  };
  const hour = Number(inZone("Africa/Tunis", 0).slice(11, 13));
  const zone = hour >= 2 && hour <= 20 ? "Africa/Tunis" : "Asia/Tokyo";
  const at = (shift: number): string => inZone(zone, shift).slice(11, 16);
  return { zone, day: inZone(zone, 0).slice(0, 10), am: [at(-5), at(60)], pm: [at(65), at(120)] };
}
