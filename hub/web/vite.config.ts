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
  server: { port: 5173, proxy: { '/api': process.env.HEARST_HUB_URL ?? 'http://127.0.0.1:8080' } },
});
