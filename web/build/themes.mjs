// Writes the two themes out. tokens.css says both values of a colour at one place, --ink: light-dark(#111, #eee); browsers
// that do not know light-dark() get plain values: light ones for :root, dark ones where the device or the page asks.
const token = /^\s*(--[\w-]+):\s*light-dark\((.+?),\s*(.+?)\);\s*$/;

export function bothThemes(css) {
  const dark = [];
  const light = css
    .split("\n")
    .map((line) => {
      const m = token.exec(line);
      if (!m) return line;
      dark.push(`${m[1]}:${m[3]};`);
      return `${m[1]}:${m[2]};`;
    })
    .join("\n");
  if (light.includes("light-dark(")) throw new Error("tokens.css: light-dark() must stand alone on its line, without commas inside");
  const rules = dark.join("");
  return `${light}
@media screen and (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${rules} } }
@media screen { :root[data-theme="dark"] { color-scheme: dark; ${rules} } }
`;
}
