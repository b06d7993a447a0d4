/** The licence texts of everything that a bundle contains. */
import { readdir, readFile } from "node:fs/promises";

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software
and associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * @param {string} root where node_modules is, ending with a slash
 * @param {string[]} inputs the bundle's files, relative to `root`
 * @returns {Promise<string>} one section for each text, headed by the packages it holds for
 * @throws {Error} a package brings no text, and its licence is another than MIT
 */
export async function collectLicenses(root, inputs) {
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []));
  const licenses = await Promise.all([...folders].map((folder) => readLicense(root + folder)));
  const sections = [...titlesByText(licenses)].map(
    ([text, titles]) => `${[...titles].sort().join("\n")}\n\n${text}\n`,
  );
  const rule = `\n${"-".repeat(80)}\n\n`;
  return `The files in this folder contain these packages.\n${rule}${sections.sort().join(rule)}`;
}

/** @param {{title: string, text: string}[]} licenses */
function titlesByText(licenses) {
  const titles = /** @type {Map<string, Set<string>>} */ (new Map());
  for (const { title, text } of licenses) {
    titles.set(text, (titles.get(text) ?? new Set()).add(title));
  }
  return titles;
}

/** @param {string} input @returns {string | undefined} the innermost package the file belongs to */
function packageFolder(input) {
  return input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}

/** @param {string} folder */
async function readLicense(folder) {
  const about = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const names = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const texts = await Promise.all(names.sort().map((name) => readFile(`${folder}/${name}`, "utf8")));
  const text = texts.map((each) => each.trim()).join("\n\n") || impliedText(about);
  return { title: `${about.name} ${about.version} (${about.license})`, text };
}

/** @param {{name: string, license?: string, author?: any, repository?: any}} about */
function impliedText({ name, license, author, repository }) {
  if (license !== "MIT") throw new Error(`${name} (${license}) brings no licence text.`);
  const holder = author?.name ?? author ?? `the authors of ${repository?.url ?? repository}`;
  return `Copyright (c) ${holder}\n\n${MIT}`;
}
