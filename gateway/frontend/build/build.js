/** Writes gateway/static/graphiql anew: one script, one style sheet, the icon, the licences. */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { collectLicenses } from "./licenses.js";

const sources = fileURLToPath(new URL("..", import.meta.url));
const target = fileURLToPath(new URL("../../static/graphiql/", import.meta.url));

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

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const { metafile } = await build({
  absWorkingDir: sources,
  entryPoints: { graphiql: "graphiql/main.jsx" },
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
  loader: { ".graphql": "text" },
  plugins: [withoutFonts, withoutInlineStyles],
  logLevel: "info",
});
await copyFile(`${sources}graphiql/icon.svg`, `${target}icon.svg`);
await writeFile(`${target}LICENSES.txt`, await collectLicenses(sources, Object.keys(metafile.inputs)));
