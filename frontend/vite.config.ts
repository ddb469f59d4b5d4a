import { defineConfig } from "vite";

// One script and one style sheet per audience. `base` is relative, so the bundle runs under any static address.
const audiences = ["portal", "desk", "board", "field"];
const scripts = audiences.map((name) => [name, `src/${name}.ts`]);
const styles = audiences.map((name) => [`${name}-style`, `src/${name}.css`]);

export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/gewu/web/static/gewu",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    // The map library is one large file, loaded only when a map is asked for.
    chunkSizeWarningLimit: 1300,
    rolldownOptions: {
      input: Object.fromEntries([...scripts, ...styles, ["theme", "src/theme.ts"]]),
    },
  },
});
