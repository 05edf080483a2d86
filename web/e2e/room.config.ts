// `make room`, and a short form in `make test`.
import base from "./faults.config.ts";

export default { ...base, testMatch: "room.ts" };
