// The countdown on the trainer's board and on the projector.
import { run } from "./lib/countdown.ts";

run();
