// Cuts the fonts into the parts that pages need: a small one that almost every page loads, and the rest, which a browser
// fetches only when a character of its range appears. The subsets are kept between builds beside the packages.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import subsetFont from "subset-font";

const cacheVersion = 3;
const weights = [400, 600];

/** French, English and what surrounds text: the part that every page needs. */
const base = [
  [0x20, 0x7e], 0xa0, 0xa7, 0xa9, 0xab, 0xb0, 0xb1, 0xb2, 0xb3, 0xb7, 0xbb, 0xbd, 0xc0, 0xc2, [0xc6, 0xcb], [0xce, 0xcf], 0xd4, 0xd7, 0xd9,
  [0xdb, 0xdc], 0xe0, 0xe2, [0xe6, 0xeb], [0xee, 0xef], 0xf4, 0xf9, [0xfb, 0xfc], 0xff, [0x152, 0x153], 0x178, [0x2013, 0x2014],
  [0x2018, 0x2019], [0x201c, 0x201d], 0x2022, 0x2026, 0x202f, 0x2039, 0x203a, 0x2192, 0x2212, [0x2264, 0x2265],
];

/** Modern Standard Arabic: letters, marks, punctuation, both kinds of digits. */
const arabic = [0x60c, 0x61b, 0x61f, [0x621, 0x63a], [0x640, 0x655], [0x660, 0x66c], 0x670, 0x671];

/** Letters of other languages that names may hold. */
const latinMore = [[0xa1, 0xff], [0x100, 0x17f], [0x218, 0x21b], [0x1e9e, 0x1e9e], 0x20ac, 0x2030, 0x2122, 0x2190, 0x2191, 0x2193];
const arabicMore = [[0x600, 0x6ff], [0x750, 0x77f], [0xfb50, 0xfdff], [0xfe70, 0xfefc]];

/** Every part: its name without weight, the package's file, its range and what another part holds already. */
const parts = [
  { name: "plex-base", pkg: "ibm-plex-sans", subset: "latin", range: base, without: [] },
  { name: "plex-more", pkg: "ibm-plex-sans", subset: "latin-ext", range: latinMore, without: base },
  { name: "plex-arabic", pkg: "ibm-plex-sans-arabic", subset: "arabic", range: arabic, without: [] },
  { name: "plex-arabic-more", pkg: "ibm-plex-sans-arabic", subset: "arabic", range: arabicMore, without: arabic },
];

function points(range) {
  const out = new Set();
  for (const r of range) {
    const [from, to] = Array.isArray(r) ? r : [r, r];
    for (let c = from; c <= to; c++) out.add(c);
  }
  return out;
}

/** The code points of a part: its range less what others hold. */
function wanted(part) {
  const skip = points(part.without);
  return [...points(part.range)].filter((c) => !skip.has(c)).sort((a, b) => a - b);
}

/** Writes code points as CSS does: U+20-7E, U+A0. */
function unicodeRange(codes) {
  const runs = [];
  for (const c of codes) {
    const last = runs.at(-1);
    if (last && last[1] === c - 1) last[1] = c;
    else runs.push([c, c]);
  }
  const hex = (n) => n.toString(16).toUpperCase();
  return runs.map(([a, b]) => (a === b ? `U+${hex(a)}` : `U+${hex(a)}-${hex(b)}`)).join(",");
}

async function cut(part, weight, modules) {
  const dir = path.join(modules, "@fontsource", part.pkg);
  const source = path.join(dir, "files", `${part.pkg}-${part.subset}-${weight}-normal.woff2`);
  const { version } = JSON.parse(await readFile(path.join(dir, "package.json"), "utf8"));
  const cache = path.join(modules, ".cache", "shelter-fonts", `${part.name}-${weight}-${version}-${cacheVersion}.woff2`);
  try {
    return await readFile(cache);
  } catch {
    const text = String.fromCodePoint(...wanted(part));
    const data = await subsetFont(await readFile(source), text, { targetFormat: "woff2" });
    await mkdir(path.dirname(cache), { recursive: true });
    await writeFile(cache, data);
    return data;
  }
}

/** Gives the files: logical name -> content. */
export async function fontFiles(modules) {
  const files = {};
  for (const part of parts) for (const weight of weights) files[`${part.name}-${weight}.woff2`] = await cut(part, weight, modules);
  return files;
}

/** Gives the @font-face rules: one family whose parts cover both scripts. */
export function fontFaces(urls) {
  return parts
    .flatMap((part) => weights.map((weight) => face(urls[`${part.name}-${weight}.woff2`], weight, unicodeRange(wanted(part)))))
    .concat(near)
    .join("\n");
}

// What a page shows until its font is there, made as wide, so that no line breaks elsewhere when it comes: the widths of a French and
// an Arabic text were measured. Arial and its like are as wide within 2 % as they are.
const near = [
  ["NotoSans-Regular", "Noto Sans Regular", 400, 96],
  ["NotoSans-Bold", "Noto Sans Bold", 600, 92],
  ["NotoSansArabic-Regular", "Noto Sans Arabic Regular", 400, 92],
  ["NotoSansArabic-Bold", "Noto Sans Arabic Bold", 600, 87],
].map(([postscript, name, weight, size]) => {
  const range = name.includes("Arabic") ? ";unicode-range:U+0600-06FF" : "";
  return `@font-face{font-family:"Plex near";font-weight:${weight};src:local("${postscript}"),local("${name}");size-adjust:${size}%${range}}`;
});

function face(url, weight, range) {
  return `@font-face{font-family:"Plex";font-style:normal;font-weight:${weight};font-display:swap;src:url("${url}") format("woff2");unicode-range:${range}}`;
}
