import { Box, useComputedColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getChunks, goToNextChunk, goToPreviousChunk, MergeView, unifiedMergeView } from '@codemirror/merge';
import { type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { IconArrowDown, IconArrowUp, IconFold } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeLook } from '@/code/codeLook';
import { languageOf } from '../code/languageOf';
import { readOnly } from '../code/readOnly';
import { usePhrases } from '../code/usePhrases';
import { PreviewFrame } from '../preview/PreviewFrame';
import { Tool } from '../preview/Tool';
import classes from './Compare.module.css';

interface Side {
  number: number;
  text: string;
}

interface Props {
  older: Side;
  newer: Side;
  fileName: string;
}

const collapsed = { margin: 3, minSize: 6 };
const diffConfig = { scanLimit: 2000, timeout: 1500 };

/** Side by side where there is room, else one below the other. */
export function MergeTexts({ older, newer, fileName }: Props) {
  const { t } = useTranslation('document');
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef<EditorView>(null);
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const dark = useComputedColorScheme('light') === 'dark';
  const phrases = usePhrases();
  const [isCollapsed, setCollapsed] = useState(true);
  const [changes, setChanges] = useState<number>();
  const [language, setLanguage] = useState<Extension>();

  useEffect(() => {
    let isShown = true;
    void languageOf(fileName).then((support) => {
      if (isShown) setLanguage(support ?? []);
    });
    return () => {
      isShown = false;
    };
  }, [fileName]);

  useEffect(() => {
    const parent = place.current;
    if (parent === null || language === undefined) return;
    const sideOf = (label: string): Extension => [readOnly(label), phrases, codeLook(dark), EditorView.lineWrapping, language];
    const collapseUnchanged = isCollapsed ? { collapseUnchanged: collapsed } : {};
    const left = t('compare.left', { number: older.number });
    const right = t('compare.right', { number: newer.number });
    if (isNarrow) {
      const label = t('compare.unified', { older: older.number, newer: newer.number });
      const unified = unifiedMergeView({ original: older.text, mergeControls: false, diffConfig, ...collapseUnchanged });
      const view = new EditorView({ parent, doc: newer.text, extensions: [sideOf(label), unified] });
      shown.current = view;
      setChanges(getChunks(view.state)?.chunks.length);
      return () => view.destroy();
    }
    const merge = new MergeView({
      parent,
      a: { doc: older.text, extensions: sideOf(left) },
      b: { doc: newer.text, extensions: sideOf(right) },
      diffConfig,
      ...collapseUnchanged,
    });
    shown.current = merge.b;
    setChanges(merge.chunks.length);
    return () => merge.destroy();
  }, [older, newer, dark, isNarrow, isCollapsed, language, phrases, t]);

  const goTo = (command: typeof goToNextChunk) => {
    const view = shown.current;
    if (view === null) return;
    command(view);
    // The surrounding box scrolls, not the editor, which therefore cannot bring the change into sight by itself.
    const at = view.coordsAtPos(view.state.selection.main.head);
    const box = place.current;
    if (at !== null && box !== null) box.scrollTop += at.top - box.getBoundingClientRect().top - box.clientHeight / 3;
  };

  return (
    <PreviewFrame
      info={changes === undefined ? fileName : t('compare.changes', { count: changes })}
      tools={
        <>
          <Tool icon={IconArrowUp} label={t('compare.previous')} disabled={!changes} onClick={() => goTo(goToPreviousChunk)} />
          <Tool icon={IconArrowDown} label={t('compare.next')} disabled={!changes} onClick={() => goTo(goToNextChunk)} />
          <Tool icon={IconFold} label={t('compare.collapse')} pressed={isCollapsed} onClick={() => setCollapsed(!isCollapsed)} />
        </>
      }
    >
      {!isNarrow && (
        <div className={classes.heads} aria-hidden>
          <span>{t('version.name', { number: older.number })}</span>
          <span>{t('version.name', { number: newer.number })}</span>
        </div>
      )}
      <Box ref={place} className={classes.merge} />
    </PreviewFrame>
  );
}
