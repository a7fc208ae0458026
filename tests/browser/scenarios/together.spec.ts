import { file } from '../kit/files.js';
import { expect, test } from '../kit/test.js';

test('What one person uploads, another sees within a second, without reloading', async ({ kilo, page, person, signIn, otherPage }) => {
  const bob = await kilo.addPerson('Bob');
  await signIn(person);
  await signIn(bob, otherPage);
  await page.goto(`${kilo.url}/library/shared/`);
  await otherPage.goto(`${kilo.url}/library/shared/`);
  await expect(otherPage.getByRole('heading', { level: 1, name: 'Shared' })).toBeVisible();
  const live = otherPage.waitForRequest('**/api/live').catch(() => null);
  await Promise.race([live, otherPage.waitForLoadState('load')]);

  const title = `Minutes ${crypto.randomUUID().slice(0, 8)}.txt`;
  await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles(file(title, 'one'));
  await expect(page.getByText('1 file uploaded', { exact: true })).toBeVisible();
  const stored = Date.now();
  await expect(otherPage.getByRole('main').getByRole('link', { name: title })).toBeVisible();
  expect(Date.now() - stored).toBeLessThan(1_000);

  // A new version reaches whoever looks at the document.
  await otherPage.getByRole('main').getByRole('link', { name: title }).click();
  await expect(otherPage.getByText('one', { exact: true })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: title }).click();
  await expect(page.getByText('one', { exact: true })).toBeVisible();
  await page.keyboard.press('v');
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles(file(title, 'two'));
  await page.getByRole('dialog').getByRole('button', { name: 'Upload' }).click();
  await expect(otherPage.getByText('Ada added version 2').first()).toBeVisible();
});
