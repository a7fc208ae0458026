import { useComputedColorScheme } from '@mantine/core';
import { openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { Compartment } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import { codeLook } from '@/code/codeLook';
import { languageOf } from './languageOf';
import { readOnly } from './readOnly';
import { usePhrases } from './usePhrases';

export interface CodeViewHandle {
  find: () => void;
}

interface Props {
  text: string;
  fileName: string;
  label: string;
  wrap: boolean;
  handle: RefObject<CodeViewHandle | null>;
}

/** Text with line numbers, coloured by its language. Draws only the lines in sight, so that large files scroll well. */
export function CodeView({ text, fileName, label, wrap, handle }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changeable = useRef({ look: new Compartment(), language: new Compartment(), wrap: new Compartment() });
  const dark = useComputedColorScheme('light') === 'dark';
  const phrases = usePhrases();

  useEffect(() => {
    if (place.current === null) return;
    const { look, language, wrap: wrapping } = changeable.current;
    const editor = new EditorView({
      doc: text,
      parent: place.current,
      extensions: [readOnly(label), phrases, search({ top: true }), keymap.of(searchKeymap), look.of([]), language.of([]), wrapping.of([])],
    });
    view.current = editor;
    let shown = true;
    void languageOf(fileName).then((support) => {
      if (shown && support !== null) editor.dispatch({ effects: language.reconfigure(support) });
    });
    return () => {
      shown = false;
      editor.destroy();
    };
  }, [text, fileName, label, phrases]);

  useEffect(() => {
    const { look, wrap: wrapping } = changeable.current;
    view.current?.dispatch({ effects: [look.reconfigure(codeLook(dark)), wrapping.reconfigure(wrap ? EditorView.lineWrapping : [])] });
  }, [dark, wrap, text, fileName, label, phrases]);

  useImperativeHandle(handle, () => ({
    find: () => {
      if (view.current !== null) openSearchPanel(view.current);
    },
  }));

  return <div ref={place} style={{ height: '100%' }} />;
}
