import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Everything is served by the hub from its own address: no inline script or style, for its policy allows none.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
  },
  // The browser's Host goes on to the hub, which else would take the page's changes for another site's.
  server: {
    port: 5173,
    proxy: { '/api': { target: process.env.HEARST_HUB_URL ?? 'http://127.0.0.1:8080', changeOrigin: false } },
  },
});
