// The list of courses and the page of a course: what an earlier visit could not send is sent now, the page says where one's work is, and a
// course can be kept on this device.
import { courseOutbox, tellWithoutNetwork } from "./course-queue.ts";
import { renew } from "./keeping.ts";
import { showSaved } from "./saved.ts";

export function coursesPage(): void {
  const queue = document.querySelector<HTMLElement>("[data-saved]")?.dataset["saved"];
  tellWithoutNetwork();
  if (!queue) return;
  const pages = new Set<string>();
  const show = showSaved(queue);
  courseOutbox(queue, {
    changed: (state) => {
      show(state);
      if (state.pending > 0 || state.keeping > 0) return;
      for (const path of pages) void renew(path, queue).catch(() => undefined);
      pages.clear();
    },
    // a kept lesson was made before its answers were there
    acknowledged: (entry) => void pages.add(new URL(entry.url, location.href).pathname.replace(/\/[^/]+$/, "")),
  }).start();
  void import("./keep-panel.ts").then((panel) => panel.keepPanel(queue)).catch(() => undefined);
}
