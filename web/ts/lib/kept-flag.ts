// Small enough for every page: whether answers may wait on this device.
const flag = "shelter-kept";
const used = "shelter-waits";

/** A mark that marks, signatures or sheets were written to this device, until somebody looked and found none. */
export function flagWaits(on: boolean): void {
  try {
    if (on) localStorage.setItem(used, "1");
    else localStorage.removeItem(used);
  } catch {
    // see flagKept
  }
}

/** Whether signing out has to look first what waits on this device. */
export function mayWait(): boolean {
  try {
    return localStorage.getItem(used) !== null || mayHaveKept();
  } catch {
    return true;
  }
}

/** A mark by which every page knows, without opening the database, that something may wait here. */
export function flagKept(on: boolean): void {
  try {
    if (on) localStorage.setItem(flag, "1");
    else localStorage.removeItem(flag);
  } catch {
    // a browser that refuses storage keeps nothing either
  }
}

export function mayHaveKept(): boolean {
  try {
    return localStorage.getItem(flag) !== null;
  } catch {
    return false;
  }
}

/** Tells the pages of this site in other tabs that entries were sealed. */
export const sealedChannel = "shelter-sealed";
