// Makes the sprite of the icons that are used: those that pages name in icon.Use("check"), Icon: "check" and the like, and
// those of assets/icons.txt, whose names are computed. A name that the set does not have stops the build.
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

const patterns = [
  /icon\.(?:Use|Flip|Label)\("([a-z0-9-]+)"/g,
  /\b[Ii]con:\s*"([a-z0-9-]+)"/g,
  /kit\.Empty\("([a-z0-9-]+)"/g,
  /kit\.Badge\([^,()]+(?:\([^()]*\))?,\s*"([a-z0-9-]+)"/g,
];

async function* sources(dir) {
  for (const e of await readdir(dir, { withFileTypes: true })) {
    const p = path.join(dir, e.name);
    if (e.isDirectory() && !["node_modules", "dist", "ts", "assets", "build"].includes(e.name)) yield* sources(p);
    else if (/\.(templ|go)$/.test(e.name) && !/_(templ|test)\.go$/.test(e.name)) yield p;
  }
}

async function used(root) {
  const names = new Map();
  const list = await readFile(path.join(root, "assets/icons.txt"), "utf8");
  for (const line of list.split("\n").map((l) => l.trim())) {
    if (line && !line.startsWith("#")) names.set(line, "assets/icons.txt");
  }
  for (const dir of [root, path.join(root, "../internal/ui"), path.join(root, "../internal/caseui")]) {
    try {
      for await (const file of sources(dir)) {
        const text = await readFile(file, "utf8");
        for (const p of patterns) for (const m of text.matchAll(p)) names.set(m[1], path.relative(root, file));
      }
    } catch (e) {
      if (e.code !== "ENOENT") throw e;
    }
  }
  return names;
}

async function symbol(root, name, from) {
  let svg;
  try {
    svg = await readFile(path.join(root, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
  } catch {
    throw new Error(`${from}: there is no icon "${name}" in lucide`);
  }
  const body = svg.replace(/<!--.*?-->/gs, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${body.replaceAll("> <", "><").replaceAll(" />", "/>")}</symbol>`;
}

/** Gives the sprite as text. */
export async function sprite(root) {
  const names = await used(root);
  const symbols = [];
  for (const name of [...names.keys()].sort()) symbols.push(await symbol(root, name, names.get(name)));
  const mark = await readFile(path.join(root, "assets/mark.svg"), "utf8");
  const body = mark.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/>\s+</g, "><").trim();
  symbols.push(`<symbol id="mark" viewBox="0 0 32 32">${body}</symbol>`);
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}
