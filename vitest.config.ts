import { defineConfig } from 'vitest/config'

// Forked processes, two of them (the machines this is built for have two cores). No global timeouts that depend on speed.
export default defineConfig({
  test: {
    include: ['{model,impl,properties,bench,reports}/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
