import { ActionIcon, Badge, Box, Checkbox, Group, Menu, Text, UnstyledButton } from '@mantine/core';
import { IconArrowsDiff, IconDotsVertical, IconDownload, IconRestore } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DocumentVersion } from '@/api';
import { Ago } from '@/components';
import { useFormat } from '@/format';
import { contentUrl } from '../preview/content';
import { Concurrent } from './Concurrent';
import classes from './Versions.module.css';

interface Props {
  version: DocumentVersion;
  newest: number;
  isShown: boolean;
  isTicked: boolean;
  isTrashed: boolean;
  onShow: () => void;
  onTick: () => void;
  onCompare: (first: number, second: number) => void;
  onRestore: () => void;
}

export function VersionRow({ version, newest, isShown, isTicked, isTrashed, onShow, onTick, onCompare, onRestore }: Props) {
  const { t } = useTranslation('document');
  const format = useFormat();
  const { number, author, basedOn, restoredFrom, concurrent } = version;
  const isBasedOnOlder = basedOn !== null && restoredFrom === null && basedOn !== number - 1;
  const hasBadges = number === newest || version.label !== null || concurrent;
  return (
    <li className={classes.row} data-shown={isShown || undefined}>
      {newest > 1 ? <Checkbox checked={isTicked} onChange={onTick} aria-label={t('version.tick', { number })} pt={2} /> : <span />}
      <Box miw={0}>
        <UnstyledButton className={classes.main} onClick={onShow} aria-current={isShown || undefined}>
          <Text span fw={650}>
            {t('version.name', { number })}
          </Text>
          <Text span size="sm" c={isShown ? undefined : 'dimmed'} ms={8}>
            {format.bytes(version.size)}
          </Text>
          <span className={classes.facts}>
            <span>{author.displayName}</span>
            <Ago at={version.createdAt} />
          </span>
        </UnstyledButton>
        {hasBadges && (
          <Group gap={6} mt={4}>
            {number === newest && (
              <Badge variant="light" tt="none" c="light-dark(var(--mantine-color-kilo-8), var(--mantine-color-kilo-1))">
                {t('version.newest')}
              </Badge>
            )}
            {version.label !== null && (
              <Badge variant="default" tt="none" className={classes.label} title={version.label}>
                {version.label}
              </Badge>
            )}
            {concurrent && <Concurrent version={version} onCompare={onCompare} />}
          </Group>
        )}
        {(restoredFrom !== null || isBasedOnOlder) && (
          <Text size="sm" c="dimmed" mt={2}>
            {restoredFrom !== null ? t('version.restoredFrom', { number: restoredFrom }) : t('version.basedOn', { number: basedOn })}
          </Text>
        )}
        {version.note !== null && <p className={classes.note}>{version.note}</p>}
      </Box>
      <Group gap={2} wrap="nowrap">
        <ActionIcon
          component="a"
          href={contentUrl(version.documentId, number)}
          download
          variant="subtle"
          color="gray"
          c="dimmed"
          size="lg"
          aria-label={t('version.download', { number })}
        >
          <IconDownload size={18} stroke={1.6} />
        </ActionIcon>
        {newest > 1 && (
          <Menu position="bottom-end" width={250}>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" c="dimmed" size="lg" aria-label={t('version.more', { number })}>
                <IconDotsVertical size={18} stroke={1.6} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {number > 1 && (
                <Menu.Item leftSection={<IconArrowsDiff size={18} />} onClick={() => onCompare(number - 1, number)}>
                  {t('version.compareBefore')}
                </Menu.Item>
              )}
              {number < newest && (
                <Menu.Item leftSection={<IconArrowsDiff size={18} />} onClick={() => onCompare(number, newest)}>
                  {t('version.compareNewest')}
                </Menu.Item>
              )}
              {number < newest && !isTrashed && (
                <Menu.Item leftSection={<IconRestore size={18} />} onClick={onRestore}>
                  {t('version.restore')}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
    </li>
  );
}
