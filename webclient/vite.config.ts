import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

// The page is served under a policy without unsafe-* and without data:, so
// nothing may be inlined: no assets as data URLs, no preload script.
export default defineConfig({
  plugins: [svelte()],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Empties dist; public/.keep puts dist/.keep back, which git keeps so that
    // the Go embed finds a folder in a clone without a build.
    emptyOutDir: true,
  },
  server: { proxy: { '/api': { target: process.env.INNERWORK_URL ?? 'http://127.0.0.1:8080', ws: true } } },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
})
