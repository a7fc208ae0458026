import { file } from '../kit/files.js';
import { Kilo } from '../kit/kilo.js';
import { expect, type Page, test } from '../kit/test.js';

test('Every page can be used by everybody, in every size and scheme', { tag: '@every-look' }, async ({ kilo, page, signIn, picture, accessible }) => {
  test.slow();
  const admin = await kilo.addPerson('Grace', 'admin');
  const api = await kilo.as(admin);
  await signIn(admin);

  await page.goto(`${kilo.url}/library/personal/2026/q4`);
  await expect(page.getByText('Nothing is in this folder yet')).toBeVisible();
  await accessible();
  await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles([file('Report.txt', 'report'), file('Old.txt', 'old'), file('Photo.svg', picturePlain)]);
  await expect(page.getByText('3 files uploaded', { exact: true })).toBeVisible();
  await page.goto(`${kilo.url}/library/personal/`);
  await expect(page.getByRole('main').getByRole('link', { name: '2026' })).toBeVisible();
  await accessible();
  await picture('library-folders');

  const { items } = (await api('GET', '/api/documents?q=Old&library=personal')) as { items: { id: string }[] };
  await api('DELETE', `/api/documents/${items[0]?.id}`);
  for (const [path, heading] of [
    ['/library/shared/', 'Shared'],
    ['/trash', 'Trash'],
    ['/activity', 'Activity'],
    ['/profile', 'Profile'],
    ['/reports', 'Reports'],
    ['/sql', 'SQL'],
    ['/admin', 'Admin'],
  ] as const) {
    await page.goto(kilo.url + path);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    if (heading === 'Trash') await expect(page.getByText('Old.txt').first()).toBeVisible();
    if (heading === 'Activity') await expect(page.getByText('Report.txt').first()).toBeVisible();
    if (heading === 'Reports') await expect(page.getByRole('region', { name: 'What people did' }).getByRole('row', { name: /Grace/ })).toBeVisible();
    if (heading === 'SQL') await askBySql(page);
    if (heading === 'Admin') await expect(page.getByText(Kilo.admin.email)).toBeVisible();
    await accessible();
    await picture(heading.toLowerCase());
  }

  await page.goto(`${kilo.url}/documents/${crypto.randomUUID()}`);
  await expect(page.getByText('This document is not here')).toBeVisible();
  await accessible();
  await page.goto(`${kilo.url}/nowhere`);
  await expect(page.getByText('Nothing is here')).toBeVisible();
  await accessible();
  await page.goto(`${kilo.url}/library/personal/`);
  await expect(page.getByRole('main').getByRole('link', { name: '2026' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await accessible();
  await picture('shortcuts');
});

async function askBySql(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'The largest documents' }).click();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('grid', { name: 'Result' })).toContainText('Report.txt');
}

const picturePlain = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18" fill="teal"/></svg>';
