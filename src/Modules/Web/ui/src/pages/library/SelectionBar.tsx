import { ActionIcon, Button, Group, Text, Tooltip } from '@mantine/core';
import { type Icon, IconDownload, IconFolderSymlink, IconTrash, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/format';
import type { ListedDocument } from '@/library';
import classes from './LibraryPage.module.css';

interface Props {
  documents: readonly ListedDocument[];
  isPhone: boolean;
  onClear: () => void;
  onMove: () => void;
  onTrash: () => void;
  onDownload: () => void;
}

/** What can be done with the ticked documents. */
export function SelectionBar({ documents, isPhone, onClear, onMove, onTrash, onDownload }: Props) {
  const { t } = useTranslation('library');
  const { t: common } = useTranslation();
  const format = useFormat();
  const size = documents.reduce((sum, document) => sum + document.size, 0);
  const count = documents.length;
  return (
    <div className={classes.selection} role="toolbar" aria-label={t('selection.label')}>
      <Text size="sm" fw={600} flex={1} truncate role="status">
        {t('selection.count', { count, number: format.number(count), size: format.bytes(size) })}
      </Text>
      <Group gap={4} wrap="nowrap">
        <Action label={count === 1 ? common('action.download') : t('downloadZip')} icon={IconDownload} isPhone={isPhone} onClick={onDownload} />
        <Action label={t('move.action')} icon={IconFolderSymlink} isPhone={isPhone} onClick={onMove} />
        <Action label={t('trash')} icon={IconTrash} isPhone={isPhone} onClick={onTrash} />
        <Tooltip label={t('selection.clear')}>
          <ActionIcon variant="subtle" size={30} aria-label={t('selection.clear')} onClick={onClear}>
            <IconX size={18} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </div>
  );
}

function Action({ label, icon: IconOfAction, isPhone, onClick }: { label: string; icon: Icon; isPhone: boolean; onClick: () => void }) {
  return isPhone ? (
    <ActionIcon variant="subtle" size={34} aria-label={label} onClick={onClick}>
      <IconOfAction size={20} />
    </ActionIcon>
  ) : (
    <Button size="compact-sm" variant="subtle" leftSection={<IconOfAction size={18} />} onClick={onClick}>
      {label}
    </Button>
  );
}
