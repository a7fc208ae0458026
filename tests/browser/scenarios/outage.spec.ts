import { Kilo } from '../kit/kilo.js';
import { expect, test } from '../kit/test.js';

// A server of its own: it is killed.
test('A session and its page outlive the server', async ({ topology, page, signIn: _ }) => {
  test.slow();
  const kilo = await Kilo.start(topology);
  try {
    const ada = await kilo.addPerson('Ada');
    await page.goto(kilo.url);
    await page.getByLabel('Email').fill(ada.email);
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('Your library is empty')).toBeVisible();

    await kilo.kill(kilo.keeper);
    if (topology === 'split') {
      // The portal itself is still there, and says what is not.
      await page.goto(`${kilo.url}/library/shared/`);
      await expect(page.getByText(/cannot be reached right now/).first()).toBeVisible();
    }
    await kilo.restart(kilo.keeper);

    await page.goto(`${kilo.url}/library/personal/`);
    await expect(page.getByText('Your library is empty')).toBeVisible();
  } finally {
    await kilo.stop();
  }
});
