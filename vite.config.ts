import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/**
 * Trusted Types policies that may exist in the page: ours (`src/ui/shell/trustedWorker.ts`) and those which
 * monaco-editor makes, by the names it gives them.
 */
const TRUSTED_TYPES_POLICIES = [
  'playground',
  'defaultWorkerFactory',
  'diffEditorWidget',
  'diffReview',
  'domLineBreaksComputer',
  'dompurify',
  'editorGhostText',
  'editorViewLayer',
  'richScreenReaderContent',
  'standaloneColorizer',
  'stickyScrollViewLayer',
  'tokenizeToString',
];

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "require-trusted-types-for 'script'",
  `trusted-types ${TRUSTED_TYPES_POLICIES.join(' ')}`,
].join('; ');

/** Puts the policy first in the head of the built page; the development server needs inline scripts, so not there. */
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
      injectTo: 'head-prepend',
    },
  ],
};

export default defineConfig({
  base: './',
  plugins: [react(), contentSecurityPolicy],
  // monaco-yaml's worker asks for a path that monaco-editor has not exported since 0.56.
  resolve: {
    alias: { 'monaco-editor/esm/vs/editor/editor.worker.js': 'monaco-editor/editor/editor.worker' },
  },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // Monaco comes by a dynamic import, after the page is there; nothing else comes near its size.
    chunkSizeWarningLimit: 4096,
    modulePreload: { polyfill: false },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'e2e/support/**/*.test.ts'],
    setupFiles: ['e2e/support/seed.ts'],
    environment: 'node',
    testTimeout: 30_000,
  },
});
