import { Kilo } from '../kit/kilo.js';
import { expect, test } from '../kit/test.js';

// A server of its own: it is killed.
test('A session and its page outlive the server', async ({ topology, page, enter }) => {
  test.slow();
  const kilo = await Kilo.start(topology);
  try {
    await enter(kilo, await kilo.addPerson('Ada'));
    await expect(page.getByText('Your library is empty')).toBeVisible();

    await kilo.kill(kilo.keeper);
    if (topology !== 'one-process') {
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
