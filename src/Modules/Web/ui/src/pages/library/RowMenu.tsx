import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconDownload, IconFolderShare, IconFolderSymlink, IconPencil, IconTrash, IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RowActions } from './rowActions';
import type { Entry } from './entries';

interface Props {
  entry: Entry;
  actions: RowActions;
  onClose: () => void;
}

export function RowMenu({ entry, actions, onClose }: Props) {
  const { t } = useTranslation('library');
  const { t: common } = useTranslation();
  const name = entry.kind === 'folder' ? entry.folder.name : entry.document.title;
  return (
    <Menu opened onClose={onClose} position="bottom-end" returnFocus={false}>
      <Menu.Target>
        <ActionIcon variant="light" color="gray" tabIndex={-1} aria-label={t('menuOf', { title: name })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFolderShare size={18} />} onClick={() => actions.open(entry)}>
          {common('action.open')}
        </Menu.Item>
        <Menu.Item leftSection={<IconDownload size={18} />} onClick={() => actions.download(entry)}>
          {entry.kind === 'folder' ? t('downloadZip') : common('action.download')}
        </Menu.Item>
        {entry.kind === 'document' && (
          <>
            <Menu.Item leftSection={<IconUpload size={18} />} onClick={() => actions.newVersion(entry.document)}>
              {t('newVersion')}
            </Menu.Item>
            <Menu.Item leftSection={<IconPencil size={18} />} onClick={() => actions.rename(entry.document)}>
              {t('rename.action')}
            </Menu.Item>
            <Menu.Item leftSection={<IconFolderSymlink size={18} />} onClick={() => actions.move([entry.document])}>
              {t('move.action')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="var(--mantine-color-error)" leftSection={<IconTrash size={18} />} onClick={() => actions.trash([entry.document])}>
              {t('trash')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
