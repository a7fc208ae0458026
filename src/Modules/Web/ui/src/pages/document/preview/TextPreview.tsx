import type { PreviewProps } from './previewProps';
import { TextSource } from './TextSource';
import { WithText } from './WithText';

export function TextPreview({ version }: PreviewProps) {
  return <WithText version={version}>{(loaded) => <TextSource version={version} loaded={loaded} />}</WithText>;
}
