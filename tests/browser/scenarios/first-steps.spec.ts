import type { Download, Page } from '@playwright/test';
import { file } from '../kit/files.js';
import { expect, test } from '../kit/test.js';

test('From sign-in to a second version, with the first still there to download', { tag: '@everywhere' }, async ({ kilo, page, person, signIn, picture, accessible }) => {
  await page.goto(kilo.url);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await accessible();
  await picture('home');

  await signIn(person);
  await expect(page.getByText('Your library is empty')).toBeVisible();
  await accessible();
  await picture('library-empty');

  await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles([
    file('Plan.txt', 'first line\nsecond line\n'),
    file('Budget.csv', 'month,euro\nJanuary,120\nFebruary,80\n'),
    file('Notes.md', '# Notes\n\nA *short* note.\n'),
  ]);
  await expect(page.getByText('3 files uploaded', { exact: true })).toBeVisible();
  for (const title of ['Plan.txt', 'Budget.csv', 'Notes.md']) {
    await expect(page.getByRole('main').getByRole('link', { name: title })).toBeVisible();
  }
  await accessible();
  await picture('library');
  await closeTray(page);

  await page.getByRole('main').getByRole('link', { name: 'Plan.txt' }).click();
  await expect(page.getByRole('heading', { name: 'Plan.txt' })).toBeVisible();
  await expect(page.getByText('first line')).toBeVisible();
  await accessible();

  await page.keyboard.press('v');
  const dialog = page.getByRole('dialog');
  await dialog.locator('input[type=file]').setInputFiles(file('Plan.txt', 'first line, mended\nsecond line\nthird line\n'));
  await dialog.getByLabel('Note').fill('after review');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await expect(page.getByText('third line')).toBeVisible();
  await expect(page.getByText('1 file uploaded', { exact: true })).toBeVisible();
  await closeTray(page);
  await picture('document');
  await page.getByRole('tab', { name: 'Versions' }).click();
  await expect(page.getByText('after review').first()).toBeVisible();
  await accessible();
  await picture('versions');

  const [first] = await Promise.all([page.waitForEvent('download'), download(page, 1)]);
  expect(await text(first)).toBe('first line\nsecond line\n');

  await page.goto(`${page.url().split('?')[0]}?compare=1,2`);
  await expect(page.getByText('third line').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Comparison' })).toBeVisible();
  await accessible();
  await picture('compare');
});

async function closeTray(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Uploads' }).getByRole('button', { name: 'Close' }).click();
}

async function download(page: Page, version: number): Promise<void> {
  const id = /\/documents\/([^/?]+)/.exec(page.url())?.[1];
  await page.evaluate((href) => {
    const link = document.createElement('a');
    link.href = href;
    link.click();
  }, `/api/documents/${id}/versions/${version}/content`);
}

async function text(download: Download): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
