import i18next, { type TFunction } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import german from '@/locales/de/activity.json';
import english from '@/locales/en/activity.json';
import type { Change } from './changes';
import { sentence } from './sentence';

const texts = i18next.createInstance();
beforeAll(() =>
  texts.init({
    resources: { en: { activity: english }, de: { activity: german } },
    defaultNS: 'activity',
    lng: 'en',
    interpolation: { escapeValue: false },
  }),
);

const spoken = (language: string, action: string, version: number | null, title = 'Report') => {
  const change = { action, version, title, by: { id: 'a', displayName: 'Anna' } } as Change;
  return sentence(texts.getFixedT(language, 'activity') as unknown as TFunction<'activity'>, change)
    .map((part) => ('text' in part ? part.text : part.slot === 'who' ? 'Anna' : title))
    .join('');
};

describe('a change is told', () => {
  it.each([
    ['added', 1, 'Anna added Report', 'Anna hat Report hinzugefügt'],
    ['version-added', 3, 'Anna added version 3 of Report', 'Anna hat Version 3 von Report hinzugefügt'],
    ['version-added', null, 'Anna added a new version of Report', 'Anna hat eine neue Version von Report hinzugefügt'],
    ['version-restored', 4, 'Anna restored an older version of Report as version 4', 'Anna hat eine ältere Version von Report als Version 4 wiederhergestellt'],
    ['version-restored', null, 'Anna restored an older version of Report', 'Anna hat eine ältere Version von Report wiederhergestellt'],
    ['changed', null, 'Anna changed the title, the folder or the tags of Report', 'Anna hat Titel, Ordner oder Schlagwörter von Report geändert'],
    ['trashed', null, 'Anna moved Report to the trash', 'Anna hat Report in den Papierkorb gelegt'],
    ['restored', null, 'Anna took Report out of the trash', 'Anna hat Report aus dem Papierkorb geholt'],
    ['purged', null, 'Anna deleted Report for good', 'Anna hat Report endgültig gelöscht'],
    ['something new', null, 'Anna changed Report', 'Anna hat Report geändert'],
  ])('%s (%s)', (action, version, inEnglish, inGerman) => {
    expect(spoken('en', action, version)).toBe(inEnglish);
    expect(spoken('de', action, version)).toBe(inGerman);
  });

  it('and names are never read as markup or placeholders', () => {
    expect(spoken('en', 'added', 1, '<b>{{who}}</b> $t(title)')).toBe('Anna added <b>{{who}}</b> $t(title)');
  });
});
