// How answers on paper are typed: one key for one answer, whatever keyboard is plugged in.

export type Kind = "one" | "digit" | "many" | "order" | "lines" | "letter";

/** A column of the grid. */
export interface Question {
  at: number;
  kind: Kind;
  /** The letters or digits that stand for the answers. */
  keys: string;
  /** How many keys an answer has at most. */
  most: number;
}

/** What a key did to a cell: its new value (undefined: not typed), and whether the next cell is wanted. */
export interface Typed {
  value: string | undefined;
  next: boolean;
}

/** Arabic letters in the order in which answers are lettered on an Arabic paper. */
const abjad: Record<string, string> = { ا: "a", أ: "a", إ: "a", آ: "a", ب: "b", ج: "c", د: "d", ه: "e", ة: "e", و: "f", ز: "g", ح: "h", س: "s" };

const easternDigits = "٠١٢٣٤٥٦٧٨٩";

/** The key of the question that a character stands for; digits count the letters, and letters the digits. */
export function keyOf(q: Question, char: string): string {
  let c = char.toLowerCase();
  c = abjad[c] ?? c;
  if (easternDigits.includes(c)) c = String(easternDigits.indexOf(c));
  if (q.keys.includes(c)) return c;
  if (/^[1-9]$/.test(c)) return q.keys[Number(c) - 1] ?? "";
  const place = "abcdefghi".indexOf(c);
  return q.kind === "digit" && place >= 0 ? (q.keys[place] ?? "") : "";
}

/** What a character does to a cell; undefined when it means nothing there. */
export function type(q: Question, value: string | undefined, char: string): Typed | undefined {
  const key = keyOf(q, char);
  if (key !== "") return add(q, value ?? "", key);
  if (char === " " || char.toLowerCase() === "x" || char === "ء") return value ? { value, next: true } : { value: "", next: true };
  if (q.kind === "lines" && char === "-") return add(q, value ?? "", "-");
  return undefined;
}

function add(q: Question, value: string, key: string): Typed {
  switch (q.kind) {
    case "many": {
      const letters = [...(value.includes(key) ? value.replace(key, "") : value + key)].sort().join("");
      return { value: letters === "" ? undefined : letters, next: false }; // nothing left is no blank: that is said by its own key
    }
    case "order":
    case "lines": {
      const before = value.length >= q.most ? "" : value;
      if (q.kind === "order" && before.includes(key)) return { value: before, next: false };
      return { value: before + key, next: before.length + 1 === q.most };
    }
    default:
      return { value: key, next: true };
  }
}

/** A cell counts as typed when its answer is whole. */
export function whole(q: Question, value: string | undefined): boolean {
  if (value === undefined) return false;
  return (q.kind !== "order" && q.kind !== "lines") || value === "" || value.length === q.most;
}
