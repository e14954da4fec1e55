// Everything, workers and fonts included, becomes a file of its own below /explorer/assets/, so that a strict
// Content-Security-Policy needs neither blob: nor inline scripts.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/explorer/',
  plugins: [react()],
  build: {
    outDir: '../graph/explorer/static',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Monaco alone is larger than the limit that Vite warns at.
    chunkSizeWarningLimit: 5000,
  },
});
