import { ActionIcon, Button, Group, Loader, Menu, Text } from '@mantine/core';
import { IconChevronDown, IconDotsVertical, IconDownload, IconFile, IconFolder, IconFolderPlus, IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '@/components';
import { useFormat } from '@/format';
import type { LibraryName } from '@/library';
import { Crumbs } from './Crumbs';

interface Props {
  library: LibraryName;
  libraryTitle: string;
  folder: string;
  documents: number;
  isLoading: boolean;
  onUploadFiles: () => void;
  onUploadFolder: () => void;
  onNewFolder: () => void;
  onDownload: () => void;
}

export function LibraryBar({ library, libraryTitle, folder, documents, isLoading, onUploadFiles, onUploadFolder, onNewFolder, onDownload }: Props) {
  const { t } = useTranslation('library');
  const format = useFormat();
  return (
    <PageTitle
      title={folder === '' ? libraryTitle : (folder.split('/').at(-1) ?? libraryTitle)}
      actions={
        <>
          <Group gap={8} mr="xs" visibleFrom="xs" role="status">
            {isLoading && documents > 0 && <Loader size={14} />}
            <Text size="sm" c="dimmed">
              {isLoading && documents > 0
                ? t('loadingMore', { number: format.number(documents) })
                : documents > 0 && t('documents', { count: documents, number: format.number(documents) })}
            </Text>
          </Group>
          <Button variant="default" leftSection={<IconFolderPlus size={18} />} onClick={onNewFolder} visibleFrom="sm">
            {t('newFolder.action')}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button leftSection={<IconUpload size={18} />} rightSection={<IconChevronDown size={16} />}>
                {t('upload.action')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconFile size={18} />} onClick={onUploadFiles}>
                {t('upload.files')}
              </Menu.Item>
              <Menu.Item leftSection={<IconFolder size={18} />} onClick={onUploadFolder}>
                {t('upload.folder')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={t('more')}>
                <IconDotsVertical size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconFolderPlus size={18} />} onClick={onNewFolder}>
                {t('newFolder.action')}
              </Menu.Item>
              <Menu.Item leftSection={<IconDownload size={18} />} onClick={onDownload}>
                {t('downloadFolder')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      <Crumbs library={library} libraryTitle={libraryTitle} folder={folder} />
    </PageTitle>
  );
}
