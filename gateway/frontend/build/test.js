/** Runs the tests beside the dashboard's sources. Node 20 reads no TypeScript: they are bundled. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const sources = fileURLToPath(new URL("../dashboard/", import.meta.url));
const files = (await readdir(sources, { recursive: true })).filter((file) => /\.test\.ts$/.test(file));
const folder = await mkdtemp(join(tmpdir(), "dashboard-tests-"));
try {
  await build({
    absWorkingDir: sources,
    entryPoints: files,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
  });
  const built = files.map((file) => join(folder, file.replace(/\.ts$/, ".mjs")));
  process.exitCode = spawnSync(process.execPath, ["--test", ...built], { stdio: "inherit" }).status ?? 1;
} finally {
  await rm(folder, { recursive: true });
}
