import { autocompletion, closeBrackets, closeBracketsKeymap, completeFromList, type Completion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { sql, type SQLNamespace } from '@codemirror/lang-sql';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { useComputedColorScheme } from '@mantine/core';
import { type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import type { SchemaTable } from '@/api';
import { cspNonce } from '@/app/nonce';
import { codeLook } from '@/code/codeLook';
import { replaceSelection } from './replaceSelection';
import { reportSql } from './reportSql';

export interface SqlEditorHandle {
  /** Replaces all of it; that can be undone. */
  write: (text: string) => void;
  /** Puts a text where the cursor is, and the cursor behind it. */
  insert: (text: string) => void;
  focus: () => void;
}

interface Props {
  /** What it begins with; from then on it has its own text, and tells of it. */
  initial: string;
  onChange: (text: string) => void;
  onRun: () => void;
  tables: readonly SchemaTable[] | undefined;
  label: string;
  hint: string;
  handle: RefObject<SqlEditorHandle | null>;
}

/** Where a statement is written. Tab leaves it, as everywhere. */
export function SqlEditor({ initial, onChange, onRun, tables, label, hint, handle }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changeable = useRef({ look: new Compartment(), language: new Compartment() });
  const dark = useComputedColorScheme('light') === 'dark';
  const latest = useRef({ initial, onChange, onRun });
  useEffect(() => {
    latest.current = { initial, onChange, onRun };
  });

  useEffect(() => {
    if (place.current === null) return;
    const { look, language } = changeable.current;
    const editor = new EditorView({
      doc: latest.current.initial,
      parent: place.current,
      extensions: [
        EditorView.cspNonce.of(cspNonce),
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': 'true' }),
        EditorView.lineWrapping,
        EditorState.tabSize.of(2),
        lineNumbers(),
        history(),
        drawSelection(),
        replaceSelection,
        bracketMatching(),
        closeBrackets(),
        indentOnInput(),
        autocompletion({ icons: false }),
        placeholder(hint),
        Prec.highest(
          keymap.of([
            {
              key: 'Mod-Enter',
              run: () => {
                latest.current.onRun();
                return true;
              },
            },
          ]),
        ),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) latest.current.onChange(update.state.doc.toString());
        }),
        look.of([]),
        language.of([]),
      ],
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, hint]);

  useEffect(() => {
    view.current?.dispatch({ effects: changeable.current.look.reconfigure(codeLook(dark)) });
  }, [dark, label, hint]);

  useEffect(() => {
    view.current?.dispatch({
      effects: changeable.current.language.reconfigure(languageOf(tables ?? [])),
    });
  }, [tables, label, hint]);

  useImperativeHandle(handle, () => ({
    write: (text) => {
      view.current?.dispatch({ changes: { from: 0, to: view.current.state.doc.length, insert: text }, selection: { anchor: text.length } });
      view.current?.focus();
    },
    insert: (text) => {
      view.current?.dispatch(view.current.state.replaceSelection(text));
      view.current?.focus();
    },
    focus: () => view.current?.focus(),
  }));

  return <div ref={place} style={{ height: '100%' }} />;
}

const completion = (label: string, type: string, detail: string, info: string): Completion => ({ label, type, detail, info });

/** SQL with the names of the tables, and of their columns wherever a name may stand. */
function languageOf(tables: readonly SchemaTable[]): Extension {
  const columns = tables.flatMap((table) => table.columns.map((column) => completion(column.name, 'property', column.type, column.meaning)));
  const once = [...new Map(columns.map((column) => [column.label, column])).values()];
  return [
    sql({ dialect: reportSql, upperCaseKeywords: true, schema: namesOf(tables) }),
    reportSql.language.data.of({ autocomplete: completeFromList(once.map((column) => ({ ...column, boost: 1 }))) }),
  ];
}

function namesOf(tables: readonly SchemaTable[]): SQLNamespace {
  return Object.fromEntries(
    tables.map(({ name, meaning, columns }) => [
      name,
      { self: completion(name, 'type', '', meaning), children: columns.map((column) => completion(column.name, 'property', column.type, column.meaning)) },
    ]),
  );
}
