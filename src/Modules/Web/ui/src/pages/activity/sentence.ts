import type { TFunction } from 'i18next';
import { type Change, kindOf } from './changes';

export type Part = { text: string } | { slot: 'who' | 'title' };

const mark = '\u0000';

/**
 * The sentence of a change in the language of `t`, cut where the person and the document stand, so that names never
 * pass through markup.
 */
export function sentence(t: TFunction<'activity'>, change: Change): Part[] {
  const slots = { who: `${mark}who${mark}`, title: `${mark}title${mark}` };
  return textOf(t, change, slots)
    .split(mark)
    .map((text, place): Part => (place % 2 === 0 ? { text } : { slot: text === 'who' ? 'who' : 'title' }))
    .filter((part) => !('text' in part) || part.text !== '');
}

function textOf(t: TFunction<'activity'>, { action, version }: Change, slots: { who: string; title: string }): string {
  if (action === 'version-added') {
    return version === null ? t('sentence.newVersion', slots) : t('sentence.version', { ...slots, version });
  }
  if (action === 'version-restored') {
    return version === null ? t('sentence.oldVersion', slots) : t('sentence.versionRestored', { ...slots, version });
  }
  const kind = kindOf(action);
  return kind === undefined || kind === 'version' ? t('sentence.other', slots) : t(`sentence.${kind}`, slots);
}
