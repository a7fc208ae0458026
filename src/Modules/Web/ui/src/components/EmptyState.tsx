import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface Props {
  icon: Icon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}

/** What a page shows while it has nothing to show: what belongs here, and how it gets here. */
export function EmptyState({ icon: IconOfState, title, children, actions }: Props) {
  return (
    <Stack align="center" gap="sm" py={64} px="md" ta="center">
      <ThemeIcon size={72} radius="xl" variant="light" aria-hidden>
        <IconOfState size={36} stroke={1.5} />
      </ThemeIcon>
      <Title order={2} size="h4" mt="xs">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" maw={440}>
          {children}
        </Text>
      )}
      {actions}
    </Stack>
  );
}
