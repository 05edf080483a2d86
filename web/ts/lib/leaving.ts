// Signing out: what can still be sent of tests and courses goes up first (handover.ts); where marks or signatures are on this device
// alone, the page of leaving says so and asks what is to become of them.
import { beforeLeaving } from "./handover.ts";
import { flagWaits, mayHaveKept } from "./kept-flag.ts";
import { unsent } from "./unsent.ts";

export async function leave(form: HTMLFormElement): Promise<void> {
  if (mayHaveKept()) await beforeLeaving().catch(() => undefined);
  const waiting = await unsent().catch(() => undefined);
  if (waiting?.length === 0) flagWaits(false);
  if (!waiting?.length) return form.submit();
  delete form.dataset["left"]; // whoever comes back to this page is asked again
  location.assign("/signout");
}
