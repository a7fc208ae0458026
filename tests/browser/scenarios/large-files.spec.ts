import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kilo } from '../kit/kilo.js';
import { expect, test } from '../kit/test.js';

// A server of its own: it is killed.
test('A large upload goes on where it stopped when the server comes back, and arrives once', async ({ topology, page, enter }) => {
  test.slow();
  const folder = await mkdtemp(join(tmpdir(), 'kilo-large-'));
  const kilo = await Kilo.start(topology);
  try {
    const bytes = randomBytes(192 << 20);
    await writeFile(join(folder, 'film.bin'), bytes);
    const ada = await kilo.addPerson('Ada');
    await enter(kilo, ada);

    await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles(join(folder, 'film.bin'));
    const progress = page.getByRole('progressbar', { name: 'Progress of film.bin' });
    await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(5);
    await kilo.kill(kilo.keeper);
    await expect(page.getByText('Waiting for the connection').first()).toBeVisible();
    const reached = Number(await progress.getAttribute('aria-valuenow'));
    await kilo.restart(kilo.keeper);

    await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow').catch(() => '100')), { timeout: 60_000 }).toBeGreaterThanOrEqual(reached);
    await expect(page.getByText('1 file uploaded', { exact: true })).toBeVisible({ timeout: 90_000 });
    await expect(page.getByRole('main').getByRole('link', { name: 'film.bin' })).toHaveCount(1);

    const api = await kilo.as(ada);
    const { items } = (await api('GET', '/api/documents?library=personal')) as { items: { size: number; sha256: string; version: number }[] };
    expect(items).toMatchObject([{ size: bytes.length, version: 1, sha256: createHash('sha256').update(bytes).digest('hex') }]);
  } finally {
    await kilo.stop();
    await rm(folder, { recursive: true });
  }
});
