import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { pdfData } from './scripts/pdf-data';

const server = process.env.KILO_SERVER ?? 'http://localhost:8080';
const forward = { target: server, changeOrigin: false };

export default defineConfig({
  plugins: [react(), pdfData()],
  html: { cspNonce: '__CSP_NONCE__' },
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { port: 5173, proxy: { '/api': forward, '/openapi': forward, '/docs': forward, '/health': forward } },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
});
