import { ActionIcon, Button, Collapse, Group, Paper, Progress, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { announce, useConfirm } from '@/components';
import { useFormat } from '@/format';
import { inOrderOfInterest, progressOf } from './progress';
import type { Upload } from './upload';
import { uploads } from './uploads';
import { UploadRow } from './UploadRow';
import classes from './UploadTray.module.css';

const rowHeight = 64;

/** The uploads of this tab, in the corner of every page. */
export function UploadTray() {
  const { t } = useTranslation('uploads');
  const format = useFormat();
  const confirm = useConfirm();
  const current = useSyncExternalStore(uploads.subscribe, uploads.current);
  const [opened, { toggle }] = useDisclosure(true);
  const progress = progressOf(current);
  const { active, done, failed, files } = progress;

  const wasActive = useRef(false);
  useEffect(() => {
    if (wasActive.current && active === 0 && files > 0) {
      announce(failed > 0 ? t('announce.failed', { count: failed }) : t('announce.done', { count: done }));
    }
    wasActive.current = active > 0;
  }, [active, done, failed, files, t]);

  if (files === 0) return null;

  const close = async () => {
    const sure = done === files || (await confirm({ title: t('cancelAll.title'), message: t('cancelAll.text'), confirm: t('cancelAll.confirm'), danger: true }));
    if (sure) uploads.cancelAll();
  };
  const title = active > 0 ? t('uploading', { done, files }) : failed > 0 ? t('failedCount', { count: failed }) : done === files ? t('doneCount', { count: done }) : t('pausedCount', { count: files - done });

  return (
    <Paper component="section" className={classes.tray} shadow="xl" withBorder aria-label={t('title')}>
      <Group p="sm" gap="xs" wrap="nowrap" justify="space-between">
        <div style={{ minWidth: 0 }}>
          <Text fw={600} size="sm" truncate>
            {title}
          </Text>
          {active > 0 && (
            <Text size="xs" c="dimmed" truncate>
              {progress.waiting && progress.bytesPerSecond === 0 ? t('state.waiting') : t('speed', { speed: format.bytes(progress.bytesPerSecond) })}
            </Text>
          )}
        </div>
        <Group gap={4} wrap="nowrap">
          {failed > 0 && (
            <Button size="compact-xs" variant="light" onClick={() => uploads.retryFailed()}>
              {t('retryAll')}
            </Button>
          )}
          {done > 0 && done < files && (
            <Button size="compact-xs" variant="subtle" onClick={() => uploads.clearDone()}>
              {t('clearDone')}
            </Button>
          )}
          <ActionIcon variant="subtle" color="gray" aria-label={opened ? t('collapse') : t('expand')} aria-expanded={opened} onClick={toggle}>
            {opened ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={done === files ? t('clear') : t('cancelAll.confirm')} onClick={() => void close()}>
            <IconX size={18} />
          </ActionIcon>
        </Group>
      </Group>
      <Progress value={progress.percent} size={3} radius={0} color={failed > 0 ? 'red' : undefined} aria-label={t('total')} />
      <Collapse in={opened}>
        <UploadList current={inOrderOfInterest(current)} />
      </Collapse>
    </Paper>
  );
}

function UploadList({ current }: { current: readonly Upload[] }) {
  const { t } = useTranslation('uploads');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: current.length,
    estimateSize: () => rowHeight,
    getScrollElement: () => scroller.current,
    getItemKey: (place) => current[place]?.id ?? place,
    overscan: 6,
  });
  return (
    <div ref={scroller} className={classes.scroller} tabIndex={0} role="group" aria-label={t('list')}>
      <div role="list" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const upload = current[index];
          return (
            upload !== undefined && (
              <div key={key} role="listitem" className={classes.row} style={{ height: rowHeight, transform: `translateY(${start}px)` }}>
                <UploadRow upload={upload} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}
