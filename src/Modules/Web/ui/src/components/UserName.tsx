import { Avatar, Group, Text } from '@mantine/core';
import type { Person } from '@/api';

interface Props {
  user: Person;
  size?: 'sm' | 'md';
}

export function UserName({ user, size = 'sm' }: Props) {
  return (
    <Group gap="xs" wrap="nowrap" miw={0}>
      <Avatar name={user.displayName} color="kilo" size={size === 'sm' ? 24 : 34} aria-hidden />
      <Text component="span" size={size} truncate>
        {user.displayName}
      </Text>
    </Group>
  );
}
