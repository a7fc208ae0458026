import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

interface Palette {
  keyword: string;
  text: string;
  number: string;
  comment: string;
  type: string;
  call: string;
  tag: string;
}

// Each colour has a contrast of 4.5 : 1 or more, also on the ground of a changed line.
const lightPalette: Palette = {
  keyword: '#b01a26',
  text: '#0a3069',
  number: '#0550ae',
  comment: '#535b64',
  type: '#8a3300',
  call: '#5f35b0',
  tag: '#0f5a26',
};
const darkPalette: Palette = {
  keyword: '#ff8f87',
  text: '#a5d6ff',
  number: '#79c0ff',
  comment: '#a9b1ba',
  type: '#ffa657',
  call: '#d2a8ff',
  tag: '#7ee787',
};

function highlighting(palette: Palette): Extension {
  return syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword], color: palette.keyword },
      { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.character], color: palette.text },
      { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.attributeName, tags.propertyName], color: palette.number },
      { tag: [tags.comment, tags.meta, tags.processingInstruction], color: palette.comment },
      { tag: [tags.typeName, tags.className, tags.namespace], color: palette.type },
      { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.labelName], color: palette.call },
      { tag: [tags.tagName, tags.heading], color: palette.tag },
      { tag: [tags.heading, tags.strong], fontWeight: '650' },
      { tag: tags.emphasis, fontStyle: 'italic' },
      { tag: tags.strikethrough, textDecoration: 'line-through' },
      { tag: [tags.link, tags.url], color: palette.number, textDecoration: 'underline' },
    ]),
  );
}

const removedGround = 'light-dark(#fdeceb, #3a1f22)';
const addedGround = 'light-dark(#e6f6ea, #16321f)';

const ground = (dark: boolean) =>
  EditorView.theme(
    {
      '&': { color: 'var(--mantine-color-text)', backgroundColor: 'transparent', fontSize: '13px', height: '100%' },
      '&.cm-focused': { outline: 'none' },
      '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
      '.cm-content': { padding: '10px 0' },
      '.cm-content:focus-visible': { outlineOffset: '-2px' },
      '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--mantine-color-dimmed)', border: 'none', paddingInlineEnd: '4px' },
      '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: removedGround },
      '&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': { backgroundColor: addedGround },
      '.cm-collapsedLines': { color: 'var(--mantine-color-dimmed)', background: 'var(--kilo-hover)' },
      '.cm-collapsedLines:before': { content: '"…"' },
      '.cm-collapsedLines:after': { content: '"…"' },
      '.cm-panels': { backgroundColor: 'var(--kilo-canvas)', color: 'var(--mantine-color-text)', borderColor: 'var(--kilo-line)' },
      '.cm-panel.cm-search': { padding: '8px 36px 8px 10px' },
      '.cm-panel.cm-search label': { fontSize: '13px' },
      '.cm-textfield': {
        backgroundColor: 'var(--mantine-color-body)',
        border: '1px solid var(--mantine-color-dimmed)',
        borderRadius: '6px',
        padding: '4px 8px',
        fontSize: '13px',
      },
      '.cm-button': {
        backgroundImage: 'none',
        backgroundColor: 'var(--kilo-hover)',
        border: '1px solid var(--kilo-line)',
        borderRadius: '6px',
        color: 'var(--mantine-color-text)',
        padding: '4px 10px',
        fontSize: '13px',
      },
      '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': { background: 'var(--kilo-selected)' },
      '.cm-tooltip': { backgroundColor: 'var(--mantine-color-body)', color: 'var(--mantine-color-text)', border: '1px solid var(--kilo-line)', borderRadius: '6px', overflow: 'hidden' },
      '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mantine-font-family-monospace)' },
      '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px' },
      '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--kilo-selected)', color: 'var(--mantine-color-text)' },
      '.cm-completionDetail': { color: 'var(--mantine-color-dimmed)', fontStyle: 'normal' },
      '.cm-completionInfo': { fontSize: '12px', padding: '6px 10px' },
      '.cm-panel.cm-search [name=close]': { color: 'var(--mantine-color-text)', fontSize: '20px', padding: '0 8px' },
    },
    { dark },
  );

const light: Extension = [ground(false), highlighting(lightPalette)];
const dark: Extension = [ground(true), highlighting(darkPalette)];

/** Colours and fonts of code in the portal. */
export function codeLook(isDark: boolean): Extension {
  return isDark ? dark : light;
}
