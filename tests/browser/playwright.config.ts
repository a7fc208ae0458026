import { defineConfig } from '@playwright/test';
import type { Topology } from './kit/kilo.js';

const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

interface Project {
  topology: Topology;
  colorScheme: 'light' | 'dark';
  size: keyof typeof sizes;
  grep?: RegExp;
  grepInvert?: RegExp;
}

// Looks are looked at in one process. What depends on neither size nor scheme runs once on a wide screen and once on a phone; over a cluster, what does not concern the page alone.
const looks = /@everywhere|@every-look/;
const page = /@page|@every-look/;
const projects: Project[] = [
  { topology: 'one-process', colorScheme: 'light', size: 'wide' },
  { topology: 'one-process', colorScheme: 'light', size: 'phone', grep: looks },
  { topology: 'one-process', colorScheme: 'dark', size: 'wide', grep: looks },
  { topology: 'one-process', colorScheme: 'dark', size: 'phone', grep: looks },
  { topology: 'split', colorScheme: 'dark', size: 'phone', grepInvert: /@every-look/ },
  { topology: 'cluster', colorScheme: 'dark', size: 'wide', grepInvert: page },
];
// Only the released build carries Cassandra and Redis.
if (process.env.FullFeed === 'true') projects.push({ topology: 'cluster-cassandra', colorScheme: 'dark', size: 'wide', grepInvert: page });

export default defineConfig<object, { topology: Topology }>({
  testDir: './scenarios',
  outputDir: '../../TestResults/browser',
  fullyParallel: true,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: [['line'], ['json', { outputFile: '../../TestResults/browser.json' }]],
  use: {
    locale: 'en-GB',
    trace: 'retain-on-failure',
    actionTimeout: 20_000,
    launchOptions: {
      executablePath: process.env.KILO_TEST_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
  projects: projects.map(({ topology, colorScheme, size, ...scenarios }) => ({
    name: `${topology}-${colorScheme}-${size}`,
    ...scenarios,
    use: { topology, colorScheme, viewport: sizes[size], hasTouch: size === 'phone' },
  })),
});
