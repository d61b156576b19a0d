import { defineConfig, devices } from '@playwright/test'

// The browser is the machine's own (nothing is downloaded), and so is the program:
// cmd/innerwork/browser_test.go runs these stories and starts what they ask for.
const root = process.getuid?.() === 0

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  workers: 1,
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  timeout: 150_000,
  globalTimeout: 900_000,
  expect: { timeout: 15_000 },
  use: {
    ...devices['Desktop Chrome'],
    actionTimeout: 15_000,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: root ? ['--no-sandbox'] : [],
    },
  },
})
