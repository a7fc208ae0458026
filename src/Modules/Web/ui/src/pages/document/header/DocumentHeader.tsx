import { ActionIcon, Box, Button, Group, Menu, Text } from '@mantine/core';
import { IconCloudUpload, IconDotsVertical, IconDownload, IconFolderSymlink, IconPencil, IconTags, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DocumentDetails } from '@/api';
import { Ago, FileIcon } from '@/components';
import { useFormat } from '@/format';
import type { DocumentActions } from '../useDocumentActions';
import { contentUrl } from '../preview/content';
import classes from './DocumentHeader.module.css';
import { Tags } from './Tags';
import { Title } from './Title';
import { Trail } from './Trail';

interface Props {
  document: DocumentDetails;
  actions: DocumentActions;
  editing: 'title' | 'tags' | undefined;
  onEdit: (what: 'title' | 'tags' | undefined) => void;
  onNewVersion: () => void;
  onMove: () => void;
  onTrash: () => void;
}

/** What the document is, where it is, and what can be done with it. */
export function DocumentHeader({ document, actions, editing, onEdit, onNewVersion, onMove, onTrash }: Props) {
  const { t } = useTranslation('document');
  const format = useFormat();
  const isTrashed = document.trashedAt !== null;
  const stopEditing = () => onEdit(undefined);
  return (
    <Box component="header" mb="md">
      <Trail document={document} />
      <Group align="flex-start" justify="space-between" gap="md" wrap="wrap" mt={4}>
        <Group gap="sm" wrap="nowrap" align="flex-start" className={classes.title}>
          <Box pt={4}>
            <FileIcon mediaType={document.mediaType} name={document.fileName} size={32} />
          </Box>
          <Box miw={0} flex={1}>
            <Title
              title={document.title}
              isEditing={editing === 'title'}
              onEdit={isTrashed ? undefined : () => onEdit('title')}
              onRename={actions.rename}
              onDone={stopEditing}
            />
            <Text size="sm" c="dimmed" component="div" className={classes.facts}>
              <span>{format.bytes(document.size)}</span>
              <span>{t('versionCount', { count: document.version })}</span>
              <span>
                {t('updated', { name: document.updatedBy.displayName })}, <Ago at={document.updatedAt} />
              </span>
            </Text>
            <Tags
              tags={document.tags}
              isEditing={editing === 'tags'}
              onEdit={isTrashed ? undefined : () => onEdit('tags')}
              onSave={actions.setTags}
              onDone={stopEditing}
            />
          </Box>
        </Group>
        <Group gap={6}>
          <Button
            component="a"
            classNames={{ section: classes.icon }}
            px={{ base: 'xs', sm: 'md' }}
            href={contentUrl(document.id, document.version)}
            download
            variant={isTrashed ? 'filled' : 'default'}
            leftSection={<IconDownload size={18} />}
            title={t('action.downloadNewest')}
          >
            {t('action.download')}
          </Button>
          {!isTrashed && (
            <>
              <Button px={{ base: 'xs', sm: 'md' }} leftSection={<IconCloudUpload size={18} />} onClick={onNewVersion}>
                {t('action.newVersion')}
              </Button>
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon variant="default" size={36} aria-label={t('action.more')}>
                    <IconDotsVertical size={18} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconPencil size={18} />} onClick={() => onEdit('title')}>
                    {t('action.rename')}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconTags size={18} />} onClick={() => onEdit('tags')}>
                    {t('action.tags')}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconFolderSymlink size={18} />} onClick={onMove}>
                    {t('action.move')}
                  </Menu.Item>
                  <Menu.Divider />
                  <Menu.Item leftSection={<IconTrash size={18} />} className={classes.danger} onClick={onTrash}>
                    {t('action.trash')}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </>
          )}
        </Group>
      </Group>
    </Box>
  );
}
