import { readFile } from 'node:fs/promises';
import { file } from '../kit/files.js';
import { expect, type Page, test } from '../kit/test.js';

const upload = (page: Page, ...files: ReturnType<typeof file>[]) => page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles(files);
const entry = (page: Page, title: string) => page.getByRole('main').getByRole('link', { name: title, exact: true });

test('A name that exists becomes a new version, a second document, or nothing, as one likes', async ({ page, person, signIn, kilo }) => {
  await signIn(person);
  await upload(page, file('Plan.txt', 'one'));
  await expect(page.getByText('1 file uploaded', { exact: true })).toBeVisible();

  for (const [choice, content] of [
    ['New version', 'two'],
    ['Keep both', 'three'],
    ['Skip', 'four'],
  ] as const) {
    await upload(page, file('Plan.txt', content));
    const dialog = page.getByRole('dialog', { name: 'This name exists already' });
    await dialog.getByText(choice, { exact: true }).click();
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await expect(dialog).toBeHidden();
  }
  await expect(page.getByText('3 files uploaded', { exact: true })).toBeVisible();

  const api = await kilo.as(person);
  const { items } = (await api('GET', '/api/documents?library=personal')) as { items: { title: string; version: number }[] };
  expect(items.map((i) => [i.title, i.version])).toEqual([
    ['Plan (2).txt', 1],
    ['Plan.txt', 2],
  ]);
});

test('Several documents are downloaded as a zip file, moved to the trash, and taken back', async ({ page, person, signIn }) => {
  await signIn(person);
  await upload(page, file('One.txt', 'one'), file('Two.txt', 'two'), file('Three.txt', 'three'));
  await expect(page.getByText('3 files uploaded', { exact: true })).toBeVisible();
  await page.getByRole('region', { name: 'Uploads' }).getByRole('button', { name: 'Close' }).click();
  await page.getByRole('checkbox', { name: 'Select One.txt' }).click();
  await page.getByRole('checkbox', { name: 'Select Two.txt' }).click();

  const selected = page.getByRole('region', { name: 'Selected documents' }).or(page.getByRole('toolbar', { name: 'Selected documents' }));
  const [download] = await Promise.all([page.waitForEvent('download'), selected.getByRole('button', { name: 'Download as zip' }).click()]);
  const zip = (await readFile(await download.path())).toString('latin1');
  expect(zip.startsWith('PK')).toBe(true);
  expect(zip).toContain('One.txt');
  expect(zip).toContain('Two.txt');
  expect(zip).not.toContain('Three.txt');

  await selected.getByRole('button', { name: 'Move to trash' }).click();
  await expect(entry(page, 'One.txt')).toBeHidden();
  await expect(entry(page, 'Three.txt')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(entry(page, 'One.txt')).toBeVisible();
  await expect(entry(page, 'Two.txt')).toBeVisible();
});

test('In German, the portal speaks German', { tag: '@page' }, async ({ page, kilo, accessible }) => {
  await page.goto(kilo.url);
  await page.getByText('Deutsch').click();
  await expect(page.getByRole('button', { name: 'Anmelden' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await accessible();
});
