// Builds what the browser gets into web/dist: one style sheet, script modules, font subsets, the icon sprite and the bar-code
// reader's WebAssembly, each with its content hash in the name and a compressed copy beside it, and manifest.json, which the
// Go side reads. Run it with `npm run build` (or `make assets`).
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { fontFiles, fontFaces } from "./build/fonts.mjs";
import { sprite } from "./build/icons.mjs";
import { bothThemes } from "./build/themes.mjs";

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, "dist");
const cssDir = path.join(root, "assets/css");

/** Media types of what is built. */
const types = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

/** The browsers of 2023 and later; newer syntax is lowered for them. */
const target = ["chrome111", "firefox115", "safari16.4"];

/** Collects files for dist: logical name -> { file, type, pre }. */
class Output {
  entries = {};

  /** Adds a file under a logical name; file is its name in dist, made from the hash of the content when not given. */
  async add(name, content, file = hashed(name, content)) {
    const data = Buffer.from(content);
    const ext = path.extname(file);
    if (!types[ext]) throw new Error(`no media type for ${file}`);
    await writeFile(path.join(dist, file), data);
    const entry = { file, type: types[ext] };
    if (ext !== ".woff2") {
      entry.pre = ["br", "gzip"];
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
      await writeFile(path.join(dist, `${file}.br`), brotliCompressSync(data, quality));
      await writeFile(path.join(dist, `${file}.gz`), gzipSync(data, { level: 9 }));
    }
    this.entries[name] = entry;
    return file;
  }
}

function hashed(name, content) {
  const hash = createHash("sha256").update(content).digest("base64url").replace(/[-_]/g, "x").slice(0, 10);
  const ext = path.extname(name);
  return `${name.slice(0, -ext.length)}-${hash}${ext}`;
}

async function cssFiles() {
  const own = ["reset.css", "tokens.css", "base.css", "layout.css", "utilities.css", "print.css", "sheets.css"];
  const top = (await readdir(cssDir)).filter((f) => f.endsWith(".css") && !own.includes(f));
  const parts = (await readdir(path.join(cssDir, "components"))).filter((f) => f.endsWith(".css")).map((f) => `components/${f}`);
  return [...parts, ...top].sort();
}

/** Builds app.css: the layers in their order, every file of components/ in the layer of that name. */
async function styles(out, fontURLs) {
  const line = (file, layer) => `@import "./${file}" layer(${layer});`;
  const source = [
    "@layer reset, tokens, base, layout, components, utilities, print;",
    `@import "fonts.css";`,
    line("reset.css", "reset"),
    line("tokens.css", "tokens"),
    line("base.css", "base"),
    line("layout.css", "layout"),
    ...(await cssFiles()).map((f) => line(f, "components")),
    line("utilities.css", "utilities"),
    line("print.css", "print"),
    line("sheets.css", "print"),
  ].join("\n");
  const plugin = {
    name: "house",
    setup(b) {
      b.onResolve({ filter: /^fonts\.css$/ }, () => ({ path: "fonts.css", namespace: "fonts" }));
      b.onLoad({ filter: /.*/, namespace: "fonts" }, () => ({ contents: fontFaces(fontURLs), loader: "css" }));
      b.onResolve({ filter: /^\/assets\// }, (a) => ({ path: a.path, external: true }));
      b.onLoad({ filter: /tokens\.css$/ }, async (a) => ({ contents: bothThemes(await readFile(a.path, "utf8")), loader: "css" }));
    },
  };
  const r = await build({
    stdin: { contents: source, resolveDir: cssDir, loader: "css", sourcefile: "app.css" },
    bundle: true, minify: true, write: false, target, plugins: [plugin], logLevel: "warning",
  });
  await out.add("app.css", r.outputFiles[0].contents);
}

/** Scripts that hold all they need: a first visit on a slow network waits for few answers, and pays with some bytes twice. */
const whole = ["core.ts", "lesson.ts"];

/** What core.ts loads only where a page has use for it: modules of their own, which hold all they need too. */
const lazy = ["lib/live.ts", "lib/handover.ts", "lib/leaving.ts"];

/** Builds every ts/*.ts as a module of its own; what they share, but for the whole ones, is split off and has names of its own. */
async function scripts(out) {
  const entries = (await readdir(path.join(root, "ts"))).filter((f) => f.endsWith(".ts") && !f.endsWith(".d.ts"));
  const built = {};
  for (const file of lazy) Object.assign(built, await modules(out, [file], false));
  for (const file of whole.filter((f) => entries.includes(f))) await modules(out, [file], true, built);
  const rest = entries.filter((f) => !whole.includes(f));
  if (rest.length > 0) await modules(out, rest, true);
}

/** Sends the imports of modules that are built already to their files. */
function elsewhere(built) {
  return {
    name: "elsewhere",
    setup(b) {
      b.onResolve({ filter: /^\.\/lib\/[\w-]+\.ts$/ }, (a) => {
        const file = a.kind === "dynamic-import" ? built[a.path.slice(2)] : undefined;
        return file ? { path: `./${file}`, external: true } : undefined;
      });
    },
  };
}

/** Builds modules and gives their files by their names under ts/. */
async function modules(out, entries, splitting, built = {}) {
  const r = await build({
    entryPoints: entries.map((f) => path.join(root, "ts", f)),
    bundle: true, splitting, format: "esm", minify: true, write: false, outdir: dist, metafile: true, target, plugins: [elsewhere(built)],
    entryNames: "[name]-[hash]", chunkNames: "chunk-[hash]", assetNames: "[name]-[hash]", publicPath: "/assets/",
    loader: { ".wasm": "file" }, legalComments: "none", logLevel: "warning", absWorkingDir: root,
  });
  const names = Object.fromEntries(Object.values(built).map((file) => [file, file]));
  const made = {};
  for (const [file, o] of Object.entries(r.metafile.outputs)) {
    const base = path.basename(file);
    const entry = o.entryPoint && path.dirname(o.entryPoint) === "ts";
    names[base] = entry ? `${path.basename(o.entryPoint, ".ts")}.js` : base;
    if (o.entryPoint) made[path.relative("ts", o.entryPoint)] = base;
  }
  for (const f of r.outputFiles) {
    const base = path.basename(f.path);
    await out.add(names[base], f.contents, base);
    const needs = (r.metafile.outputs[path.relative(root, f.path)]?.imports ?? []).map((i) => names[path.basename(i.path)]).filter((n) => n);
    if (needs.length > 0) out.entries[names[base]].needs = [...new Set(needs)];
  }
  return made;
}

async function clean() {
  await mkdir(dist, { recursive: true });
  for (const f of await readdir(dist)) {
    if (f !== ".gitignore") await rm(path.join(dist, f), { recursive: true });
  }
}

/** Fails when the sheet outgrows the house's limit. */
async function checkSize(out) {
  const size = (await readFile(path.join(dist, `${out.entries["app.css"].file}.gz`))).length;
  if (size > 40 * 1024) throw new Error(`app.css is ${size} bytes compressed; the limit is 40 KB`);
}

async function main() {
  if (!existsSync(path.join(root, "node_modules"))) throw new Error("packages are missing: run npm ci in web/ first");
  const fonts = await fontFiles(path.join(root, "node_modules"));
  const icons = await sprite(root);
  await clean();
  const out = new Output();
  const fontURLs = {};
  for (const [name, data] of Object.entries(fonts)) fontURLs[name] = `/assets/${await out.add(name, data)}`;
  await out.add("icons.svg", icons);
  await out.add("mark.svg", await readFile(path.join(root, "assets/mark.svg")));
  await styles(out, fontURLs);
  await scripts(out);
  await checkSize(out);
  const files = Object.values(out.entries).map((e) => e.file).sort();
  const version = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 12);
  await writeFile(path.join(dist, "manifest.json"), JSON.stringify({ build: version, entries: out.entries }, null, 1));
  console.log(`assets: ${files.length} files, build ${version}`);
}

await main();
