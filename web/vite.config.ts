// Builds the page into the Python package, where `samesong serve` finds it.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

const SOURCES = ["docs.html", "index.html", "package-lock.json", "public", "src", "tsconfig.json", "vite.config.ts"];

function files(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => files(join(path, name)));
}

/** Leaves the hash of the sources with the page, so that a test can tell when it is out of date. */
function sourceHash(): Plugin {
  return {
    name: "source-hash",
    generateBundle() {
      const hash = createHash("sha256");
      for (const path of SOURCES.flatMap(files).sort()) hash.update(path).update(readFileSync(path));
      this.emitFile({ type: "asset", fileName: "sources.sha256", source: `${hash.digest("hex")}\n` });
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [sourceHash()],
  build: {
    outDir: "../runtime/server/page",
    emptyOutDir: true,
    rollupOptions: { input: ["index.html", "docs.html"] },
    assetsInlineLimit: 0, // a data: address would need a hole in the content security policy
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  server: { proxy: { "/v1": { target: "http://127.0.0.1:8000", ws: true } } },
});
