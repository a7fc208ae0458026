import { defineConfig } from '@playwright/test';
import type { Topology } from './kit/kilo.js';

const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const schemes = ['light', 'dark'] as const;
const everywhere = (['one-process', 'split'] as const).flatMap((topology) =>
  schemes.flatMap((colorScheme) => (['wide', 'phone'] as const).map((size) => ({ topology, colorScheme, size }))),
);
// Only the released build carries Cassandra and Redis.
const clusters = (process.env.FullFeed === 'true' ? (['cluster', 'cluster-cassandra'] as const) : (['cluster'] as const)).map((topology) => ({
  topology,
  colorScheme: 'dark' as const,
  size: 'wide' as const,
}));
// What depends on neither size nor scheme runs once for each topology.
const whole = ['one-process-light-wide', 'split-dark-phone', 'cluster-dark-wide', 'cluster-cassandra-dark-wide'];

export default defineConfig<object, { topology: Topology }>({
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
  projects: [...everywhere, ...clusters].map(({ topology, colorScheme, size }) => {
    const name = `${topology}-${colorScheme}-${size}`;
    return {
      name,
      ...(whole.includes(name) ? {} : { grep: /@everywhere/ }),
      use: { topology, colorScheme, viewport: sizes[size], hasTouch: size === 'phone' },
    };
  }),
});
