import { Skeleton, Stack } from '@mantine/core';

export function LoadingRows() {
  return (
    <Stack gap={10} aria-busy role="status">
      {[92, 100, 84, 96, 88, 100].map((width, place) => (
        <Skeleton key={place} height={38} width={`${width}%`} />
      ))}
    </Stack>
  );
}
