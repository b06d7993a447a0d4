/** Writes the pages of gateway/static anew: of each a script, a style sheet, the icon, the licences. */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { collectLicenses } from "./licenses.js";

const sources = fileURLToPath(new URL("..", import.meta.url));
/** `node build/build.js FOLDER` leaves gateway/static as it is. */
const targets = process.argv[2] ?? fileURLToPath(new URL("../../static", import.meta.url));

/**
 * GraphiQL's style sheet embeds two font families, six sevenths of it; without them the page
 * needs no `font-src` either.
 * @type {import("esbuild").Plugin}
 */
const withoutFonts = {
  name: "without-fonts",
  setup({ onLoad }) {
    onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, async ({ path }) => {
      const styles = await readFile(path, "utf8");
      return { contents: styles.replace(/@font-face\s*\{[^}]*\}/g, ""), loader: "css" };
    });
  },
};

/** @type {import("esbuild").Plugin} */
const withoutInlineStyles = {
  name: "without-inline-styles",
  setup({ onResolve }) {
    const path = `${sources}graphiql/no-scroll-bar.js`;
    onResolve({ filter: /^react-remove-scroll-bar$/ }, () => ({ path }));
  },
};

/**
 * @param {string} name the page's folder here and in gateway/static, and its files' name there
 * @param {Record<string, string>} entries the scripts' names, and their sources
 * @param {import("esbuild").BuildOptions} options
 */
async function buildPage(name, entries, options) {
  const target = `${targets}/${name}/`;
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: sources,
    entryPoints: entries,
    outdir: target,
    bundle: true,
    minify: true,
    metafile: true,
    format: "iife", // a classic deferred script: one file, whatever URL it is served from
    target: "es2022",
    jsx: "automatic",
    charset: "utf8",
    legalComments: "none", // LICENSES.txt has them all
    // Named, so that `require("graphql")` takes the ES module as `import` does: of two copies, each
    // refuses the other's types.
    mainFields: ["browser", "module", "main"],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "info",
    ...options,
  });
  const inputs = Object.keys(metafile?.inputs ?? {});
  await copyFile(`${sources}${name}/icon.svg`, `${target}icon.svg`);
  await writeFile(`${target}LICENSES.txt`, await collectLicenses(sources, inputs));
}

await buildPage("graphiql", { graphiql: "graphiql/main.jsx" }, {
  loader: { ".graphql": "text" },
  plugins: [withoutFonts, withoutInlineStyles],
});
const dashboard = { dashboard: "dashboard/main.tsx", upload: "dashboard/upload.ts" };
await buildPage("dashboard", dashboard, { jsxImportSource: "preact" });
