// A box in which a person signs with a finger, a pen or the mouse. The strokes are numbers in the box of the SVG; too much ink is
// not taken, so that what is drawn can always be sent.

const width = 600;
const height = 200;
const mostPoints = 1400;
const mostText = 11_500;

/** How far apart two points are at least, in units of the box. */
const step = 4;

type Point = [number, number];

export class Pad {
  private strokes: Point[][] = [];
  private drawing: number | undefined;

  constructor(
    private readonly box: SVGSVGElement,
    private readonly ink: SVGPathElement,
  ) {
    box.addEventListener("pointerdown", (event) => this.begin(event));
    box.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) box.addEventListener(name, () => (this.drawing = undefined));
  }

  clear(): void {
    this.strokes = [];
    this.drawing = undefined;
    this.draw();
  }

  /** Something was drawn that is more than a tap. */
  get signed(): boolean {
    const all = this.strokes.flat();
    const span = (of: number): number => Math.max(...all.map((p) => p[of] ?? 0)) - Math.min(...all.map((p) => p[of] ?? 0));
    return all.length > 2 && Math.max(span(0), span(1)) >= 20;
  }

  /** The strokes as the server takes them: "x,y x,y;x,y". */
  get text(): string {
    return this.strokes.map((line) => line.map((p) => p.join(",")).join(" ")).join(";");
  }

  private begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.box.setPointerCapture(event.pointerId);
    this.drawing = event.pointerId;
    this.strokes.push([]);
    this.add(event);
    this.draw();
  }

  private move(event: PointerEvent): void {
    if (this.drawing !== event.pointerId) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const e of steps.length > 0 ? steps : [event]) this.add(e);
    this.draw();
  }

  private add(event: PointerEvent): void {
    const line = this.strokes.at(-1);
    if (!line || this.strokes.flat().length >= mostPoints || this.text.length > mostText) return;
    const at = this.box.getBoundingClientRect();
    const place = (value: number, of: number, most: number): number => Math.round(Math.min(1, Math.max(0, value / (of || 1))) * most);
    const next: Point = [place(event.clientX - at.left, at.width, width), place(event.clientY - at.top, at.height, height)];
    const last = line.at(-1);
    if (!last || Math.hypot(next[0] - last[0], next[1] - last[1]) >= step) line.push(next);
  }

  private draw(): void {
    this.ink.setAttribute("d", this.strokes.map((line) => `M${line.map((p) => p.join(" ")).join("L")}${line.length === 1 ? "l0 0" : ""}`).join(""));
  }
}
