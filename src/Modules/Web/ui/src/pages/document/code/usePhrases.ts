import { EditorState, type Extension } from '@codemirror/state';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** The words of the search panel and of collapsed lines in the language that is shown. */
export function usePhrases(): Extension {
  const { t } = useTranslation('document');
  return useMemo(
    () =>
      EditorState.phrases.of({
        Find: t('code.find'),
        next: t('code.next'),
        previous: t('code.previous'),
        all: t('code.all'),
        'match case': t('code.matchCase'),
        regexp: t('code.regexp'),
        'by word': t('code.byWord'),
        close: t('code.close'),
        '$ unchanged lines': t('compare.unchangedLines'),
      }),
    [t],
  );
}
