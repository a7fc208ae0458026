import { expect, test } from '../kit/test.js';

test('A wrong password is said clearly', { tag: '@page' }, async ({ kilo, page, person }) => {
  await page.goto(kilo.url);
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('The email or the password is wrong.');
});

test('Signing out ends the session, also for who kept its cookie', async ({ kilo, page, person, signIn }) => {
  await signIn(person);
  const cookies = await page.context().cookies();
  await page.getByRole('button', { name: 'Menu of Ada' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await page.context().addCookies(cookies);
  await page.goto(`${kilo.url}/library/personal/`);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('A session that was ended elsewhere leads to the sign-in, and back to where one was', async ({ kilo, page, person, signIn }) => {
  await signIn(person);
  await page.goto(`${kilo.url}/library/shared/some/folder`);
  await expect(page.getByText('Nothing is in this folder yet')).toBeVisible();
  const api = await kilo.as(person);
  const { items } = (await api('GET', '/api/tokens')) as { items: { id: string; isSignIn: boolean }[] };
  for (const token of items.reverse()) await api('DELETE', `/api/tokens/${token.id}`).catch(() => null);
  await page.getByRole('navigation', { name: 'Main navigation' }).or(page.getByRole('button', { name: 'Open the navigation' })).first().isVisible();
  await page.goto(`${kilo.url}/activity`);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Activity' })).toBeVisible();
});

test('A disabled person is out at the next click', async ({ kilo, page, person, signIn }) => {
  await signIn(person);
  await kilo.disable(person);
  await page.goto(`${kilo.url}/trash`);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});
