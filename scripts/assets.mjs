// Builds what static/ holds from npm and from static/css/src: run it with `make assets`.
//
// The outputs are committed, so installing Collab needs no Node. Everything is pinned in
// package-lock.json; nothing written here names a registry or carries a source map.
// `node scripts/assets.mjs --check` writes nothing and fails when an output would change.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const STATIC = join(ROOT, "static");
const MODULES = join(ROOT, "node_modules");
const CHECK = process.argv.includes("--check");
const TARGET = ["chrome125", "firefox128", "safari17.5"];

// Output in static/vendor -> the packages inside it and what of them is used.
const BUNDLES = {
  "composer.js": {
    packages: ["@github/markdown-toolbar-element", "@github/text-expander-element", "@github/paste-markdown",
               "@github/combobox-nav", "dom-input-range"],
    source: `import "@github/markdown-toolbar-element"; import "@github/text-expander-element";
             export { subscribe } from "@github/paste-markdown";`,
  },
  "combobox.js": {
    packages: ["@github/combobox-nav"],
    source: `export { default } from "@github/combobox-nav";`,
  },
};

const outputs = new Map();
const manifest = (name) => JSON.parse(readFileSync(join(MODULES, name, "package.json"), "utf8"));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function bundle(options) {
  const result = await build({
    bundle: true, minify: true, write: false, charset: "utf8", legalComments: "none", target: TARGET,
    logLevel: "warning", absWorkingDir: ROOT, ...options,
  });
  return result.outputFiles[0].text;
}

function credits(packages) {
  return packages.map((name) => `${name} ${manifest(name).version} (${manifest(name).license})`).join(", ");
}

async function vendor() {
  const files = [];
  const htmx = readFileSync(join(MODULES, "htmx.org/dist/htmx.min.js"), "utf8");
  files.push(["htmx.js", ["htmx.org"], htmx.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n")]);
  for (const [name, { packages, source }] of Object.entries(BUNDLES)) {
    const text = await bundle({ stdin: { contents: source, resolveDir: ROOT }, format: "esm" });
    files.push([name, packages, text]);
  }
  const list = files.map(([name, packages, text]) => {
    const body = `/* ${credits(packages)} */\n${text}`;
    outputs.set(`vendor/${name}`, body);
    return { file: `vendor/${name}`, sha256: sha256(body), packages: packages.map(facts) };
  });
  list.push({ file: "img/icons.svg", sha256: sha256(sprite()), packages: [facts("lucide-static")] });
  const css = await styles();
  list.push({ file: "css/app.css", sha256: sha256(css), packages: [facts("modern-normalize")] });
  outputs.set("vendor/VENDOR.json", JSON.stringify(list, null, 2) + "\n");
}

function facts(name) {
  const { version, license } = manifest(name);
  return { package: name, version, licence: license };
}

async function styles() {
  const entry = join(STATIC, "css/src/app.css");
  const text = await bundle({ entryPoints: [entry], nodePaths: [MODULES] });
  const body = `/* built from css/src by scripts/assets.mjs; ${credits(["modern-normalize"])} */\n${text}`;
  outputs.set("css/app.css", body);
  return body;
}

// Only icons that a template or module names. Lucide's own names, one <symbol> each.
function sprite() {
  const names = readFileSync(join(STATIC, "img/icons.txt"), "utf8").split("\n").filter((line) => /^[a-z]/.test(line));
  const symbols = [...new Set(names)].sort().map((name) => {
    const svg = readFileSync(join(MODULES, "lucide-static/icons", `${name}.svg`), "utf8");
    const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s*\n\s*/g, "").replaceAll(" />", "/>")}</symbol>`;
  });
  const body = `<svg xmlns="http://www.w3.org/2000/svg"><!-- ${credits(["lucide-static"])} -->\n${symbols.join("\n")}\n</svg>\n`;
  outputs.set("img/icons.svg", body);
  return body;
}

function licences() {
  const names = [...new Set(["htmx.org", "lucide-static", "modern-normalize",
    ...Object.values(BUNDLES).flatMap((one) => one.packages)])].sort();
  const texts = names.map((name) => {
    const file = readdirSync(join(MODULES, name)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(MODULES, name, file), "utf8").trim() : manifest(name).license;
    return `== ${name} ${manifest(name).version} ==\n\n${text}\n`;
  });
  outputs.set("vendor/LICENSES.txt", texts.join("\n"));
}

await vendor();
licences();
let stale = 0;
for (const [name, body] of outputs) {
  const path = join(STATIC, name);
  if (CHECK) {
    let old = "";
    try { old = readFileSync(path, "utf8"); } catch { /* missing counts as different */ }
    if (old !== body) { stale += 1; console.error(`static/${name} is not what the sources give`); }
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, body);
  }
}
process.exit(stale ? 1 : 0);
