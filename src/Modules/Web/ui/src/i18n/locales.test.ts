import { describe, expect, it } from 'vitest';

type Texts = { [key: string]: string | Texts };

const files = import.meta.glob<Texts>('../locales/*/*.json', { eager: true, import: 'default' });

function flatten(texts: Texts, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    const path = prefix + key;
    if (typeof value === 'string') flat.set(path, value);
    else for (const [inner, text] of flatten(value, `${path}.`)) flat.set(inner, text);
  }
  return flat;
}

const placeholders = (text: string) => (text.match(/\{\{\s*\w+|<\/?\d+>|<\/?\w+>/g) ?? []).map((found) => found.replace(/\s/g, '')).sort();
const namespaces = [...new Set(Object.keys(files).map((path) => path.split('/').at(-1)?.replace('.json', '') ?? ''))];
const textsOf = (language: string, namespace: string) => flatten(files[`../locales/${language}/${namespace}.json`] ?? {});

describe('locales', () => {
  it('are found', () => expect(namespaces).toContain('common'));

  it.each(namespaces)('%s has the same keys in English and German', (namespace) => {
    expect([...textsOf('de', namespace).keys()].sort()).toEqual([...textsOf('en', namespace).keys()].sort());
  });

  it.each(namespaces)('%s has the same placeholders in English and German', (namespace) => {
    const german = textsOf('de', namespace);
    for (const [key, text] of textsOf('en', namespace)) {
      expect(placeholders(german.get(key) ?? ''), `${namespace}:${key}`).toEqual(placeholders(text));
    }
  });

  it.each(namespaces)('%s has no empty text', (namespace) => {
    for (const language of ['en', 'de']) {
      for (const [key, text] of textsOf(language, namespace)) expect(text.trim(), `${language}/${namespace}:${key}`).not.toBe('');
    }
  });
});
