import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { cspNonce } from '@/app/nonce';

/** Text that can be read, selected and scrolled by keyboard, and not changed. */
export function readOnly(label: string): Extension {
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label }),
    EditorView.cspNonce.of(cspNonce),
    lineNumbers(),
  ];
}
