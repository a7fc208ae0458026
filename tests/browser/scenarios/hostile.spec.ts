import { file } from '../kit/files.js';
import { expect, test } from '../kit/test.js';

const attack = 'window.stolen = document.cookie; alert(1)';
const hostile: [string, string, string][] = [
  ['page.html', 'text/html', `<html><body onload="${attack}"><script>${attack}</script></body></html>`],
  ['picture.svg', 'image/svg+xml', `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="${attack}"><script>${attack}</script></svg>`],
  ['notes.md', 'text/markdown', `# Hi\n\n<img src=x onerror="${attack}">\n\n[click](javascript:${encodeURIComponent(attack)})\n\n<script>${attack}</script>\n`],
  ['photo.png', 'image/png', `\u0089PNG\r\n\u001a\n<script>${attack}</script>`],
  ['table.csv', 'text/csv', `a,b\n"<img src=x onerror='${attack}'>",=cmd()\n`],
  ['paper.pdf', 'application/pdf', `%PDF-1.4\n<script>${attack}</script>`],
  ['lie.txt', 'text/html', `<script>${attack}</script>`],
  ['<img src=x onerror=alert(1)>.txt', 'text/plain', 'a name with markup'],
];

test('Hostile content and names never run in the portal', async ({ kilo, page, person, signIn }) => {
  test.slow();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await signIn(person);
  await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles(hostile.map(([name, type, content]) => file(name, content, type)));
  await expect(page.getByText(`${hostile.length} files uploaded`, { exact: true })).toBeVisible();

  const api = await kilo.as(person);
  const { items } = (await api('GET', '/api/documents?library=personal')) as { items: { id: string; title: string }[] };
  expect(items).toHaveLength(hostile.length);
  for (const { id, title } of items) {
    await page.goto(`${kilo.url}/documents/${id}`);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await page.waitForLoadState('networkidle').catch(() => null);
    expect(await page.evaluate(() => 'stolen' in window), title).toBe(false);

    // Asked for by itself, it is a file to keep, of an origin that is nobody's.
    const answer = await page.request.get(`${kilo.url}/api/documents/${id}/content`);
    expect(answer.headers()['content-disposition'], title).toMatch(/^attachment/);
    expect(answer.headers()['content-security-policy'], title).toContain('sandbox');
    expect(answer.headers()['x-content-type-options'], title).toBe('nosniff');
  }
  expect(dialogs).toEqual([]);
});
