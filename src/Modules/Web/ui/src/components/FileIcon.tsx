import { fileKind } from './fileKind';

interface Props {
  mediaType: string;
  name: string;
  size?: number;
}

/** A picture of the kind of file; the name beside it says the same, so it is hidden from screen readers. */
export function FileIcon({ mediaType, name, size = 22 }: Props) {
  const { icon: IconOfKind, color } = fileKind(mediaType, name);
  return <IconOfKind size={size} stroke={1.5} color={`var(--mantine-color-${color}-filled)`} aria-hidden style={{ flexShrink: 0 }} />;
}
