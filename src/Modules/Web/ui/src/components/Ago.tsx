import { Tooltip } from '@mantine/core';
import { useFormat } from '@/format';

/** A moment as "3 minutes ago", with the full date on hover. */
export function Ago({ at }: { at: string }) {
  const format = useFormat();
  return (
    <Tooltip label={format.date(at)}>
      <time dateTime={at}>{format.ago(at)}</time>
    </Tooltip>
  );
}
