import { EditorView } from '@codemirror/view';

/**
 * A browser that types over a selection keeps the look of what was there as an inline style, which the content security policy refuses and reports. Here the
 * editor replaces the selection by itself.
 */
export const replaceSelection = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { data: text } = event;
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== 'insertText' || text === null || empty || event.isComposing) return false;
    const replaced = () => view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true });
    // A bracket typed over a selection goes around it.
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, replaced))) view.dispatch(replaced());
    event.preventDefault();
    return true;
  },
});
