interface Choice {
  multiple?: boolean;
  directory?: boolean;
}

let input: HTMLInputElement | undefined;

/** Opens the browser's file dialog; to be called in the handler of a click or a key. Calls back unless the person gives up. */
export function pickFiles({ multiple = false, directory = false }: Choice, onPicked: (files: File[]) => void): void {
  // Kept in a variable, because a browser may collect an input that nothing refers to while its dialog is open.
  input = document.createElement('input');
  input.type = 'file';
  input.multiple = multiple;
  input.webkitdirectory = directory;
  input.onchange = () => {
    const files = [...(input?.files ?? [])];
    if (files.length > 0) onPicked(files);
  };
  input.click();
}
