import { Button, Group, Modal, ScrollArea, Stack, Text, TextInput, Tree, useTree } from '@mantine/core';
import { IconChevronRight, IconFolder, IconFolderOpen } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '@/components';
import { cleanPath, foldersQuery, folderTree, joinPath, type LibraryName, trail } from '@/library';
import classes from './MoveDialog.module.css';

const topValue = '/';

interface Props {
  library: LibraryName;
  libraryTitle: string;
  folder: string;
  count: number;
  onMove: (folder: string) => void;
  onClose: () => void;
}

/** Chooses a folder of the library, or a new one below it. */
export function MoveDialog({ library, libraryTitle, folder, count, onMove, onClose }: Props) {
  const { t, i18n } = useTranslation('library');
  const { t: common } = useTranslation();
  const folders = useQuery(foldersQuery(library));
  const [newFolder, setNewFolder] = useState('');
  const tree = useTree({
    initialSelectedState: [folder || topValue],
    initialExpandedState: Object.fromEntries([topValue, ...trail(folder).map(({ path }) => path)].map((path) => [path, true])),
  });
  const chosen = (tree.selectedState[0] ?? topValue).replace(/^\/$/, '');
  const nodes = useMemo(
    () => [{ value: topValue, label: libraryTitle, children: folderTree(folders.data ?? [], i18n.language) }],
    [folders.data, i18n.language, libraryTitle],
  );
  const target = newFolder.trim() === '' ? chosen : joinPath(chosen, cleanPath(newFolder));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    onMove(target);
  };

  return (
    <Modal opened onClose={onClose} title={t('move.title', { count })} closeButtonProps={{ 'aria-label': common('action.close') }}>
      <form onSubmit={submit}>
        <Stack>
          {folders.isError && <ErrorState error={folders.error} onRetry={() => void folders.refetch()} />}
          <ScrollArea.Autosize mah={320} type="auto" className={classes.tree}>
            <Tree
              data={nodes}
              tree={tree}
              levelOffset={22}
              aria-label={t('move.folders')}
              expandOnClick={false}
              onKeyUp={({ key, target: focused }) => {
                const value = focused instanceof HTMLElement ? focused.dataset.value : undefined;
                if (value !== undefined && key.startsWith('Arrow')) tree.select(value);
              }}
              renderNode={({ node, expanded, hasChildren, elementProps, tree: controller }) => {
                const path = node.value === topValue ? '' : node.value;
                const IconOfFolder = chosen === path ? IconFolderOpen : IconFolder;
                return (
                  <Group
                    {...elementProps}
                    className={`${elementProps.className} ${classes.node}`}
                    data-chosen={chosen === path || undefined}
                    gap={6}
                    wrap="nowrap"
                    onClick={(event) => {
                      elementProps.onClick(event);
                      controller.select(node.value);
                    }}
                  >
                    <IconChevronRight
                      size={16}
                      aria-hidden
                      className={classes.chevron}
                      data-expanded={expanded || undefined}
                      visibility={hasChildren && node.children?.length !== 0 ? 'visible' : 'hidden'}
                      onClick={(event) => {
                        event.stopPropagation();
                        controller.toggleExpanded(node.value);
                      }}
                    />
                    <IconOfFolder size={18} stroke={1.6} aria-hidden />
                    <Text size="sm" truncate>
                      {node.label}
                    </Text>
                  </Group>
                );
              }}
            />
          </ScrollArea.Autosize>
          <TextInput
            label={t('move.newFolder')}
            placeholder={t('move.newFolderHint')}
            value={newFolder}
            onChange={(event) => setNewFolder(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed" aria-live="polite" style={{ overflowWrap: 'anywhere' }}>
            {t('move.target', { folder: target === '' ? libraryTitle : `${libraryTitle} / ${target.replaceAll('/', ' / ')}` })}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common('action.cancel')}
            </Button>
            <Button type="submit" disabled={target === folder}>
              {t('move.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
