import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

/** The WebAssembly reader, with its module from this server. */
export function makeDetector(): BarcodeDetector {
  prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) } });
  return new BarcodeDetector({ formats: ["qr_code", "code_128"] });
}
