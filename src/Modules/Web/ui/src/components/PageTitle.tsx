import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface Props {
  title: string;
  /** Shown in place of the title, for example breadcrumbs. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** The heading of a page; also names the browser tab. */
export function PageTitle({ title, children, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Kilo`;
  }, [title]);
  return (
    <Group justify="space-between" mih={44} mb="xs" gap="sm">
      {children ?? (
        <Title order={1} size="h2">
          {title}
        </Title>
      )}
      {actions !== undefined && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
