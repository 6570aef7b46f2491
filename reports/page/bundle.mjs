// Makes one script of main.js and all that it needs: node bundle.mjs OUTPUT. CMake runs it (reports/CMakeLists.txt).
import {readFileSync, readdirSync, writeFileSync} from "node:fs";
import {resolve} from "node:path";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const mostBytes = 1_400_000; // so that a page before its data stays below 1.5 MB
const here = fileURLToPath(new URL(".", import.meta.url));
const [output] = process.argv.slice(2);

const {metafile, outputFiles} = await build({
  absWorkingDir: here,
  entryPoints: ["main.js"],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  metafile: true,
  write: false,
});

/** "d3-array 3.2.4, ISC, Copyright …" of each package that has a part in the script. */
function notices() {
  const folder = (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(resolve(here, path))?.[0];
  const [{inputs}] = Object.values(metafile.outputs);
  const used = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
  const folders = new Set(used.map(folder).filter(Boolean));
  return [...folders].sort().map((path) => {
    const {name, version, license} = JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
    const file = readdirSync(path).find((entry) => /^licen[sc]e/i.test(entry));
    const holder = file && /^.*copyright.*$/im.exec(readFileSync(`${path}/${file}`, "utf8"))?.[0].replace(/<.*?>/g, "").trim();
    return [`${name} ${version}`, license, holder].filter(Boolean).join(", ");
  });
}

const script = `/* With parts of:\n${notices().join("\n")}\n*/\n${outputFiles[0].text}`;

// What would end the element that holds the script, begin a comment in it, or change between its hash and its reading.
const flaw = /<\/script|<script|<!--|\r|\0/i.exec(script);
if (flaw) throw new Error(`a page cannot hold a script with ${JSON.stringify(flaw[0])} in it`);
if (Buffer.byteLength(script) > mostBytes) throw new Error(`the script is larger than ${mostBytes} bytes`);
writeFileSync(output, script);
