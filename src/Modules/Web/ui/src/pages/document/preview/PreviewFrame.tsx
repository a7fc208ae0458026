import { Box, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Preview.module.css';

interface Props {
  /** What stands on the left of the bar. */
  info?: ReactNode;
  tools?: ReactNode;
  children: ReactNode;
}

/** The ground of every preview: a bar with what can be done, and the content below it. */
export function PreviewFrame({ info, tools, children }: Props) {
  return (
    <Box className={classes.frame}>
      {(info !== undefined || tools !== undefined) && (
        <Group className={classes.bar} justify="space-between" gap="xs" wrap="wrap">
          <Group gap="xs" miw={0} className={classes.info}>
            {info}
          </Group>
          <Group gap={6} wrap="nowrap">
            {tools}
          </Group>
        </Group>
      )}
      {children}
    </Box>
  );
}
