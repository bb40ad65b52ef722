import { defineConfig } from "vite";

const GATEWAY = process.env.GATEWAY_URL ?? "http://127.0.0.1:8080";

// The gateway serves the page at "/" and everything else below "/ui/".
export default defineConfig({
  base: "/ui/",
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // The content security policy allows no `data:` URLs.
    assetsInlineLimit: 0,
  },
  server: {
    // `npm run dev` beside a running gateway, which refuses writes of pages that it did not serve itself.
    proxy: Object.fromEntries(
      ["vms", "events", "me", "audit", "version", "bulk", "health", "ui/sign-in.json"].map((path) => [`/${path}`, { target: GATEWAY, changeOrigin: true, headers: { Origin: GATEWAY } }]),
    ),
  },
});
