// Reads QR and bar codes with the camera: by the browser's own detector, or by a WebAssembly reader that this server sends.
// Cameras need a secure context; where there is none the page says so and asks for the typed code instead.

/** Why there is no camera picture. */
export type ScanTrouble = "insecure" | "denied" | "missing";

export interface ScannerOptions {
  video: HTMLVideoElement;
  /** Called once per code; the same code again counts after `again` milliseconds. */
  found: (text: string) => void;
  trouble: (why: ScanTrouble) => void;
  again?: number;
}

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats?: () => Promise<string[]>;
};

const formats = ["qr_code", "code_128"];

/** The browser's own detector when it reads our formats, else the WebAssembly one. */
async function detector(): Promise<Detector> {
  const own = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  const known = (await own?.getSupportedFormats?.().catch(() => [])) ?? [];
  if (own && formats.every((f) => known.includes(f))) return new own({ formats });
  const { makeDetector } = await import("./zxing.ts");
  return makeDetector();
}

export class Scanner {
  private stream: MediaStream | undefined;
  private last = "";
  private lastAt = 0;

  constructor(private readonly o: ScannerOptions) {}

  /** Opens the camera and reads until stop. */
  async start(): Promise<boolean> {
    if (!isSecureContext || !navigator.mediaDevices) return this.refuse("insecure");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } } });
    } catch (e) {
      return this.refuse(e instanceof DOMException && e.name === "NotFoundError" ? "missing" : "denied");
    }
    this.o.video.srcObject = this.stream;
    this.o.video.playsInline = true;
    await this.o.video.play();
    void this.read(await detector());
    return true;
  }

  /** Closes the camera. */
  stop(): void {
    for (const t of this.stream?.getTracks() ?? []) t.stop();
    this.stream = undefined;
    this.o.video.srcObject = null;
  }

  private refuse(why: ScanTrouble): false {
    this.o.trouble(why);
    return false;
  }

  private async read(reader: Detector): Promise<void> {
    while (this.stream) {
      const codes = await reader.detect(this.o.video).catch(() => []);
      for (const c of codes) this.report(c.rawValue);
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
  }

  private report(text: string): void {
    const now = performance.now();
    if (text === this.last && now - this.lastAt < (this.o.again ?? 3000)) return;
    this.last = text;
    this.lastAt = now;
    navigator.vibrate?.(60);
    this.o.found(text);
  }
}
