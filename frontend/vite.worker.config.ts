import { defineConfig } from "vite";

// The service worker is one plain script without imports: old browsers load no modules in a worker.
export default defineConfig({
  build: {
    outDir: "../src/gewu/web/static/gewu",
    emptyOutDir: false,
    target: "es2022",
    rolldownOptions: {
      input: "src/field-worker.ts",
      output: { format: "iife", entryFileNames: "field-worker.js" },
    },
  },
});
