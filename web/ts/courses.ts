// The list of courses and a course: what an earlier visit could not send is sent now, and the page says where one's work is.
import { Outbox } from "./lib/outbox.ts";
import { showSaved } from "./lib/saved.ts";

const queue = document.querySelector<HTMLElement>("[data-saved]")?.dataset["saved"];
if (queue) new Outbox(queue, { changed: showSaved(queue) }).start();
