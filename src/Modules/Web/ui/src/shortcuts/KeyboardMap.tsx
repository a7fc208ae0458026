import { Divider, Group, Kbd, Modal, Stack, Switch, Text, Title } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { shortcuts } from './registry';
import { enableSingleKeys, isSingleKeyEnabled } from './singleKeys';

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function KeyboardMap({ opened, onClose }: Props) {
  const { t } = useTranslation('shell');
  const all = useSyncExternalStore(shortcuts.subscribe, () => shortcuts.all());
  const [singleKeys, setSingleKeys] = useState(isSingleKeyEnabled);
  const groups = Map.groupBy([...new Map(all.map((shortcut) => [shortcut.keys, shortcut])).values()], (shortcut) => shortcut.group);

  return (
    <Modal opened={opened} onClose={onClose} title={t('keyboard.title')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
      <Stack gap="lg">
        {[...groups].map(([group, shortcutsOfGroup]) => (
          <section key={group}>
            <Title order={3} size="h6" c="dimmed" mb={4}>
              {group}
            </Title>
            {shortcutsOfGroup.map((shortcut) => (
              <Group key={shortcut.keys} justify="space-between" wrap="nowrap" py={5}>
                <Text size="sm">{shortcut.description}</Text>
                <Group gap={4} wrap="nowrap">
                  {shortcut.keys.split(' ').map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Group>
            ))}
          </section>
        ))}
        <Divider />
        <Switch
          label={t('keyboard.singleKeys')}
          description={t('keyboard.singleKeysHint')}
          checked={singleKeys}
          onChange={(event) => {
            enableSingleKeys(event.currentTarget.checked);
            setSingleKeys(event.currentTarget.checked);
          }}
        />
      </Stack>
    </Modal>
  );
}
