import { defineConfig } from '@playwright/test';

const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const topologies = ['one-process', 'split'] as const;
const schemes = ['light', 'dark'] as const;

export default defineConfig<object, { topology: (typeof topologies)[number] }>({
  testDir: './scenarios',
  outputDir: '../../TestResults/browser',
  fullyParallel: true,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['line'], ['json', { outputFile: '../../TestResults/browser.json' }]],
  use: {
    locale: 'en-GB',
    trace: 'retain-on-failure',
    actionTimeout: 15_000,
    launchOptions: {
      executablePath: process.env.KILO_TEST_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
  projects: topologies.flatMap((topology) =>
    schemes.flatMap((colorScheme) =>
      Object.entries(sizes).map(([size, viewport]) => ({
        name: `${topology}-${colorScheme}-${size}`,
        // What depends on neither size nor scheme runs once for each topology.
        ...((size === 'wide') === (topology === 'one-process') && (colorScheme === 'light') === (topology === 'one-process') ? {} : { grep: /@everywhere/ }),
        use: { topology, colorScheme, viewport, hasTouch: size === 'phone' },
      })),
    ),
  ),
});
