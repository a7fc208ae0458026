import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { ClusterEngines } from './cluster.js';
import { Kilo, type Person, type Topology } from './kilo.js';

export { expect, type Page };

interface Credentials {
  readonly email: string;
  readonly password: string;
}

interface Options {
  topology: Topology;
}

interface Fixtures {
  /** The servers that the topology needs; without them a scenario is skipped. */
  servers: void;
  /** A member of one's own, with an empty library. */
  person: Person;
  /** Signs somebody in, as a person does. */
  signIn: (person: Credentials, page?: Page) => Promise<void>;
  /** The same at a server of the scenario's own. */
  enter: (kilo: Kilo, person: Credentials, page?: Page) => Promise<void>;
  /** A second browser, with nobody signed in. */
  otherPage: Page;
  /** Keeps a picture of the page under its name. */
  picture: (name: string, page?: Page) => Promise<void>;
  /** No violation of WCAG AA. */
  accessible: (page?: Page) => Promise<void>;
}

// What a browser says by itself about an answer that a scenario asks for on purpose.
const expected = [/cannot be reached right now/, /Failed to load resource: the server responded with a status of (400|401|403|404|409|412|422|429|503)/, /net::ERR_/];

function watch(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.some((e) => e.test(message.text()))) complaints.push(message.text());
  });
}

export const test = base.extend<Fixtures, Options & { kilo: Kilo }>({
  topology: ['one-process', { option: true, scope: 'worker' }],

  kilo: [
    async ({ topology }, use) => {
      const kilo = await Kilo.start(topology);
      await use(kilo);
      await kilo.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  servers: [
    async ({ topology }, use, info) => {
      const missing = ClusterEngines.missing(topology);
      info.skip(missing.length > 0, `No server is named by ${missing.join(', ')}.`);
      await use();
    },
    { auto: true },
  ],

  // Every page that a scenario opens must end without an error of its script and without a breach of the content security policy.
  page: async ({ page }, use) => {
    const complaints: string[] = [];
    watch(page, complaints);
    await use(page);
    expect(complaints, 'errors in the browser').toEqual([]);
  },

  otherPage: async ({ browser, contextOptions, viewport, colorScheme }, use) => {
    const context = await browser.newContext({ ...contextOptions, viewport, colorScheme });
    const page = await context.newPage();
    const complaints: string[] = [];
    watch(page, complaints);
    await use(page);
    await context.close();
    expect(complaints, 'errors in the other browser').toEqual([]);
  },

  person: async ({ kilo }, use) => {
    await use(await kilo.addPerson('Ada'));
  },

  enter: async ({ page }, use) => {
    await use(async (kilo, person, where = page) => {
      await where.goto(kilo.url);
      await where.getByLabel('Email').fill(person.email);
      await where.getByLabel('Password', { exact: true }).fill(person.password);
      await where.getByRole('button', { name: 'Sign in' }).click();
      await where.waitForURL('**/library/**');
    });
  },

  signIn: async ({ kilo, enter }, use) => {
    await use((person, where) => enter(kilo, person, where));
  },

  picture: async ({ page }, use, info) => {
    await use(async (name, where = page) => {
      await where.screenshot({ path: `${info.config.rootDir}/../../../TestResults/screenshots/${info.project.name}/${name}.png`, animations: 'disabled' });
    });
  },

  accessible: async ({ page }, use) => {
    await use(async (where = page) => {
      const { violations } = await new AxeBuilder({ page: where }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      expect(violations.map((v) => `${v.id}: ${v.help} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
    });
  },
});
