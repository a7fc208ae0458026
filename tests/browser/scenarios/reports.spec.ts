import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { file } from '../kit/files.js';
import { expect, type Page, test } from '../kit/test.js';

test('An administrator sees what was uploaded and downloaded, and goes down to the documents behind it', async ({ kilo, page, signIn, accessible }) => {
  const admin = await kilo.addPerson('Hedy', 'admin');
  await signIn(admin);
  await upload(page, file('Forecast.txt', 'sunny'), file('Forecast (copy).txt', 'sunny'));
  await downloadFirst(page, 'Forecast.txt');

  await page.goto(`${kilo.url}/reports?range=week`);
  const hedy = page.getByRole('region', { name: 'What people did' }).getByRole('row', { name: /Hedy/ });
  await expect(hedy.getByRole('cell').nth(0)).toHaveText('2');
  await refreshUntil(page, async () => expect(hedy.getByRole('cell').nth(1)).toHaveText('1', { timeout: 1_000 }));
  await expect(page.getByRole('img', { name: /Chart of uploads and downloads over time/ })).toBeVisible();
  await expect(page.getByText(/Saved: \d/)).toBeVisible();
  await accessible();

  // From a person.
  await hedy.getByRole('button', { name: 'Documents: Hedy' }).click();
  const behind = page.getByRole('dialog', { name: 'The documents behind it' });
  await expect(behind.getByRole('link', { name: 'Forecast.txt', exact: true })).toBeVisible();
  await expect(behind.getByRole('link', { name: 'Forecast (copy).txt' })).toBeVisible();
  await accessible();
  await choose(behind, 'Documents by', 'Downloads');
  await expect(behind.getByRole('link', { name: 'Forecast (copy).txt' })).toBeHidden();
  await page.goBack();
  await expect(behind).toBeHidden();

  // From a bar, of one person alone: today's is the last one.
  await page.getByRole('textbox', { name: 'Person' }).click();
  await page.getByRole('option', { name: 'Hedy' }).first().click();
  await expect(page.getByText('2 uploads (10 bytes) and 1 download (5 bytes) in 7 days.')).toBeVisible();
  const chart = page.getByRole('img', { name: /Chart of uploads and downloads over time/ }).locator('.recharts-wrapper');
  const box = await chart.boundingBox();
  await chart.click({ position: { x: (box?.width ?? 0) - 24, y: (box?.height ?? 0) / 2 } });
  await expect(behind.getByRole('link', { name: 'Forecast.txt', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(behind).toBeHidden();

  // The same by keyboard, from the table.
  await choose(page, 'How it is shown', 'Table');
  const today = page.getByRole('region', { name: 'Uploads and downloads over time' }).getByRole('row').nth(1);
  await expect(today.getByRole('cell').nth(0)).toHaveText('2');
  await today.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await behind.getByRole('link', { name: 'Forecast (copy).txt' }).click();
  await expect(page.getByRole('heading', { name: 'Forecast (copy).txt' })).toBeVisible();
  await page.goBack();
  await expect(behind).toBeVisible();
});

test('Each list of the reports is saved as CSV, named for its days', { tag: '@page' }, async ({ kilo, page, signIn }) => {
  const admin = await kilo.addPerson('Lise', 'admin');
  await signIn(admin);
  await upload(page, file('Fission.txt', 'split'));
  await page.goto(`${kilo.url}/reports?range=week`);
  await expect(page.getByRole('region', { name: 'What people did' }).getByRole('row', { name: /Lise/ })).toBeVisible();
  for (const [list, name, columns] of [
    ['Uploads and downloads', /^kilo-activity-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/, /^start,documents,versions,/],
    ['Most active libraries', /^kilo-libraries-.*\.csv$/, /^id,kind,name,/],
    ['People', /^kilo-people-.*\.csv$/, /^id,display_name,(?:.*\r\n)+.*,Lise,1,1,5,0,0,/],
    ['Most used documents', /^kilo-documents-versions-.*\.csv$/, /^id,title,(?:.*\r\n)+.*,Fission.txt,/],
    ['Storage and savings', /^kilo-storage\.csv$/, /^media_type,versions,bytes\r\n/],
  ] as const) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: `Save as CSV: ${list}` }).click()]);
    expect(download.suggestedFilename()).toMatch(name);
    expect(await readFile(await download.path(), 'utf8'), list).toMatch(columns);
  }
});

test('The days that are reported are chosen by a name or in a calendar, and the address keeps them', { tag: '@page' }, async ({ kilo, page, signIn }) => {
  await signIn(await kilo.addPerson('Ida', 'admin'));
  await upload(page, file('Almanac.txt', 'days'));
  await (await navigation(page)).getByRole('link', { name: 'Reports' }).click();
  await page.getByRole('textbox', { name: 'Period' }).click();
  await page.getByRole('option', { name: 'Last year' }).click();
  await expect(page.getByText('Nothing happened in these days')).toBeVisible();
  await expect(page).toHaveURL(/range=lastYear/);
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Period' })).toHaveValue('Last year');

  await page.getByRole('button', { name: 'First and last day' }).click();
  for (let month = 0; month < 3; month++) await page.getByRole('button', { name: 'Next month' }).click();
  // Those of the month before the first ones of the next.
  await page.getByRole('button', { name: /^3 / }).first().click();
  await page.getByRole('button', { name: /^9 / }).first().click();
  await expect(page).toHaveURL(/from=\d{4}-04-03&to=\d{4}-04-09/);
  await expect(page.getByRole('textbox', { name: 'Period' })).toHaveValue('Days of your choice');
});

test('Reports and SQL are for administrators alone', { tag: '@page' }, async ({ kilo, page, person, signIn, accessible }) => {
  await signIn(person);
  const links = (await navigation(page)).getByRole('link');
  await expect(links.filter({ hasText: 'Activity' })).toBeVisible();
  await expect(links.filter({ hasText: /Reports|SQL|Admin/ })).toHaveCount(0);
  for (const name of ['Reports', 'SQL']) {
    await page.goto(`${kilo.url}/${name.toLowerCase()}`);
    await expect(page.getByText('This page is for administrators')).toBeVisible();
    await accessible();
  }
});

test('An administrator asks by SQL, is told what is not permitted, and stops what takes too long', async ({ kilo, page, signIn, accessible }) => {
  await signIn(await kilo.addPerson('Edgar', 'admin'));
  await upload(page, file('Relations.txt', 'tables'));
  await (await navigation(page)).getByRole('link', { name: 'SQL' }).click();
  const statement = page.getByRole('textbox', { name: 'SQL statement' });
  const result = page.getByRole('grid', { name: 'Result' });

  await write(page, "SELECT title, size, trashed_at FROM documents WHERE title = 'Relations.txt'");
  await page.keyboard.press('Control+Enter');
  await expect(result.getByRole('row').nth(1)).toContainText('Relations.txt');
  await expect(result.getByRole('gridcell').nth(1)).toHaveText('6');
  await expect(result.getByRole('gridcell').nth(2)).toHaveText('null');
  await accessible();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the result as CSV' }).click()]);
  expect(await readFile(await download.path(), 'utf8')).toBe('title,size,trashed_at\r\nRelations.txt,6,');

  await page.getByRole('button', { name: 'Explain' }).click();
  await expect(page.getByRole('region', { name: 'How it would be carried out' }).locator('pre')).not.toBeEmpty();

  await write(page, 'DELETE FROM documents');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Only statements that read are carried out: they begin with SELECT, WITH or VALUES.');
  await accessible();

  await write(page, 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000000000) SELECT count(*) FROM n');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('The statement was stopped.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();

  await page.reload();
  await beside(page, 'History');
  await page.getByRole('button', { name: /SELECT title, size, trashed_at/ }).click();
  await expect(statement).toContainText("WHERE title = 'Relations.txt'");
});

test('A statement that was saved is there for every administrator', async ({ kilo, page, otherPage, signIn }) => {
  await signIn(await kilo.addPerson('Grete', 'admin'));
  await page.goto(`${kilo.url}/sql`);
  const name = `People ${crypto.randomUUID().slice(0, 8)}`;
  await write(page, "SELECT display_name FROM users WHERE display_name = 'Grete'");
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Save the statement' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toBeHidden();

  await signIn(await kilo.addPerson('Max', 'admin'), otherPage);
  await otherPage.goto(`${kilo.url}/sql`);
  await beside(otherPage, 'Saved');
  await otherPage.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await otherPage.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(otherPage.getByRole('grid', { name: 'Result' })).toContainText('Grete');

  await beside(otherPage, 'Saved');
  await otherPage.getByRole('button', { name: `Delete “${name}”` }).click();
  await otherPage.getByRole('dialog', { name: `Delete “${name}”?` }).getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(otherPage.getByRole('button', { name: new RegExp(`^${name}`) })).toBeHidden();
});

test('Tables and columns are found beside the statement, and written into it', { tag: '@page' }, async ({ kilo, page, signIn }) => {
  await signIn(await kilo.addPerson('Donald', 'admin'));
  await page.goto(`${kilo.url}/sql`);
  for (const [press, written] of [
    [/^email/, 'email'],
    ['Look into it', 'SELECT emailFROM usersLIMIT 100'],
  ] as const) {
    await beside(page, 'Tables');
    await page.getByRole('searchbox', { name: 'Find tables and columns' }).fill('signs in with');
    await page.getByRole('button', { name: press }).click();
    await expect(page.getByRole('textbox', { name: 'SQL statement' })).toHaveText(written);
  }
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('grid', { name: 'Result' })).toContainText('@example.org');
});

async function upload(page: Page, ...files: ReturnType<typeof file>[]): Promise<void> {
  await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles(files);
  await expect(page.getByText(`${files.length} file${files.length === 1 ? '' : 's'} uploaded`, { exact: true })).toBeVisible();
  await page.getByRole('region', { name: 'Uploads' }).getByRole('button', { name: 'Close' }).click();
}

// As a person types: filling a field would have the browser edit the lines that the editor draws.
async function write(page: Page, sql: string): Promise<void> {
  await page.getByRole('textbox', { name: 'SQL statement' }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(sql);
}

// A link, as a menu has it.
async function downloadFirst(page: Page, title: string): Promise<void> {
  const href = await page.getByRole('main').getByRole('link', { name: title, exact: true }).getAttribute('href');
  const started = page.waitForEvent('download');
  await page.evaluate((url) => {
    const link = document.createElement('a');
    link.href = url;
    link.click();
  }, `/api${href}/content`);
  await (await started).path();
}

/** The navigation, which a phone keeps closed. */
async function navigation(page: Page): Promise<Locator> {
  const open = page.getByRole('button', { name: 'Open the navigation' });
  if (await open.isVisible()) await open.click();
  return page.getByRole('navigation', { name: 'Main navigation' });
}

/** One of the lists beside the statement, which a phone keeps closed. */
async function beside(page: Page, list: 'Tables' | 'Saved' | 'History'): Promise<void> {
  const tab = page.getByRole('tab', { name: list });
  // What was chosen there before may still be closing it.
  await expect(async () => {
    if (!(await tab.isVisible())) await page.getByRole('button', { name: 'Tables and history' }).click({ timeout: 2_000 });
    await tab.click({ timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
}

async function choose(where: Page | Locator, label: string, choice: string): Promise<void> {
  await where.getByRole('radiogroup', { name: label }).getByText(choice, { exact: true }).click();
}

// A download becomes a fact within a second after it, and nothing tells the page.
async function refreshUntil(page: Page, holds: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.getByRole('button', { name: 'Ask again' }).click();
    await holds();
  }).toPass({ timeout: 20_000 });
}
