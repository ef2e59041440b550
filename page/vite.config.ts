import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const OUT = "../build/page";
const ORT = "node_modules/onnxruntime-web/dist";
const SCRIPTS = ["ort.wasm.bundle.min.mjs", "ort.jspi.bundle.min.mjs"];
const BINARIES = ["ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.jspi.wasm"];

/** Put onnxruntime beside the page, its WebAssembly packed: a fourth of the bytes, on any server. */
function runtime(): Plugin {
  return {
    name: "flowlab-runtime",
    generateBundle() {
      for (const name of SCRIPTS) {
        const source = readFileSync(join(ORT, name), "utf8").replace(/\n?\/\/# sourceMappingURL=.*/, "");
        this.emitFile({ type: "asset", fileName: `ort/${name}`, source });
      }
      for (const name of BINARIES) {
        this.emitFile({ type: "asset", fileName: `ort/${name}.gz`, source: gzipSync(readFileSync(join(ORT, name)), { level: 9 }) });
      }
    },
  };
}

/** Say what the page weighs (weight.json), and tell the service worker which files there are and which version. */
function finished(): Plugin {
  return {
    name: "flowlab-finished",
    enforce: "post",
    closeBundle() {
      const files = readdirSync(OUT, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(OUT, join(entry.parentPath, entry.name)))
        .sort();
      const bytes = (names: string[]) => names.reduce((sum, name) => sum + statSync(join(OUT, name)).size, 0);
      const heavy = (name: string) => name.startsWith("ort/") || name.startsWith("networks/");
      const shell = files.filter((name) => !heavy(name) && name !== "offline.js");
      const runtimes = { wasm: bytes([`ort/${SCRIPTS[0]}`, `ort/${BINARIES[0]}.gz`]), webgpu: bytes([`ort/${SCRIPTS[1]}`, `ort/${BINARIES[1]}.gz`]) };
      writeFileSync(join(OUT, "weight.json"), JSON.stringify({ page: bytes(shell), runtimes }) + "\n");
      const hash = createHash("sha256");
      for (const name of files) hash.update(name).update(readFileSync(join(OUT, name)));
      const kept = ["./", ...shell.filter((name) => name !== "index.html" && name !== "weight.json"), "weight.json"];
      const script = readFileSync(join(OUT, "offline.js"), "utf8");
      const filled = script.replace("__VERSION__", hash.digest("hex").slice(0, 16)).replace("__SHELL__", kept.join("|"));
      writeFileSync(join(OUT, "offline.js"), filled);
    },
  };
}

export default defineConfig({
  base: "./",
  publicDir: "../build/page-assets",
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: "index.html", offline: "src/offline.ts" },
      output: { entryFileNames: (chunk) => (chunk.name === "offline" ? "offline.js" : "assets/[name]-[hash].js") },
    },
  },
  worker: { format: "es" },
  plugins: [runtime(), finished()],
  test: { include: ["tests/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
