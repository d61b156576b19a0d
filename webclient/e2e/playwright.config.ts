import { defineConfig, devices } from '@playwright/test'

// The browser is the machine's own (nothing is downloaded) and the server is
// started by whoever runs these tests: INNERWORK_URL says where it is.
const baseURL = process.env.INNERWORK_URL
if (!baseURL) throw new Error('INNERWORK_URL is not set: start Innerwork and say where it is')

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  fullyParallel: false,
  workers: 1,
  forbidOnly: !!process.env.CI,
  reporter: 'line',
  use: {
    ...devices['Desktop Chrome'],
    baseURL,
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    },
  },
})
