// `npm run test:browser`: the page in a real headless Chromium, apart from `npm test`, which needs no browser.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['reports/page/browser/*.browser.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
