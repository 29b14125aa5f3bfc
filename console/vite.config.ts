import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { chinese } from './scripts/chinese';

// Where `npm run dev` finds a running `jw up`.
const server = process.env.JW_SERVER ?? 'http://127.0.0.1:7070';
const passed = ['/v1', '/openapi.json', '/healthz', '/readyz', '/metrics'];

export default defineConfig({
  plugins: [chinese(), tailwindcss(), svelte()],
  server: { proxy: Object.fromEntries(passed.map((path) => [path, server])) },
  preview: { proxy: Object.fromEntries(passed.map((path) => [path, server])) },
  build: {
    target: 'es2022',
    // `data:` addresses are not 'self' for a content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: { include: ['src/**/*.test.ts'] },
});
