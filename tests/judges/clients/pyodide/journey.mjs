// Plays a Python file with romekit in plain Pyodide: node journey.mjs FOLDER FILE. Nothing but the folder is read.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const folder = path.resolve(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: `${folder}/` });
const quiet = { messageCallback: () => {} };
const code = fs.readFileSync(process.argv[3], "utf8");
try {
  await python.loadPackagesFromImports(code, quiet);
  await python.runPythonAsync(code);
} catch (problem) {
  console.error(String(problem.message).slice(-3000)); // the stack would be the whole interpreter
  process.exitCode = 1;
}
