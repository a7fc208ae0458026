import { Alert, Button, CloseButton, Group, Tabs, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconSparkles } from '@tabler/icons-react';
import { useNavigate, getRouteApi } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DocumentDetails, type DocumentVersion, keys } from '@/api';
import { Pending } from '@/app/Pending';
import { announce, notifyFailed } from '@/components';
import { libraryNameOf } from '@/library';
import { MoveDialog } from '@/pages/library/MoveDialog';
import { useSession } from '@/session/session';
import classes from './Document.module.css';
import { DropZone } from './DropZone';
import { DocumentHeader } from './header/DocumentHeader';
import { TrashBanner } from './header/TrashBanner';
import { History } from './history/History';
import { NewVersionDialog } from './NewVersionDialog';
import { contentUrl } from './preview/content';
import { ShownVersion } from './ShownVersion';
import { formatPair, parsePair } from './search';
import { useDocumentActions } from './useDocumentActions';
import { useDocumentShortcuts } from './useDocumentShortcuts';
import { useNewVersions } from './useNewVersions';
import { newerVersion, olderVersion, shownVersion } from './versionChoice';
import { Versions } from './versions/Versions';

const Compare = lazy(async () => ({ default: (await import('./compare/Compare')).Compare }));

const route = getRouteApi('/shell/documents/$id');

type Panel = 'preview' | 'versions' | 'history';

interface Upload {
  dropped: File | undefined;
}

/** A document that is there: its header, the version that is shown, and the versions beside it. */
export function Document({ document }: { document: DocumentDetails }) {
  const { t } = useTranslation('document');
  const { id, version: newest } = document;
  const navigate = useNavigate();
  const search = route.useSearch();
  const client = useQueryClient();
  const { id: userId } = useSession();
  const actions = useDocumentActions(document);
  const isNarrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false });
  const [followed, setFollowed] = useState(newest);
  const [panel, setPanel] = useState<Panel>(isNarrow ? 'preview' : 'versions');
  const [editing, setEditing] = useState<'title' | 'tags'>();
  const [upload, setUpload] = useState<Upload>();
  const [isMoving, setMoving] = useState(false);

  const isTrashed = document.trashedAt !== null;
  const library = libraryNameOf(document.library, userId);
  const shown = shownVersion(search.version, followed, newest);
  const asked = parsePair(search.compare);
  const pair = asked !== undefined && asked[1] <= newest ? asked : undefined;

  const go = (to: { version?: number; compare?: string }) =>
    void navigate({ to: '/documents/$id', params: { id }, search: to, resetScroll: false });
  const show = (version: number) => {
    const latest = client.getQueryData<DocumentDetails>(keys.details(id))?.version ?? newest;
    if (version === latest) setFollowed(latest);
    go(version === latest ? {} : { version });
    announce(t('preview.label', { number: version }));
    if (isNarrow) setPanel('preview');
  };
  const compare = (first: number, second: number) => go({ compare: formatPair(first, second) });
  const showNewest = () => show(client.getQueryData<DocumentDetails>(keys.details(id))?.version ?? newest);
  const { notice, dismiss } = useNewVersions(id, showNewest);
  const isNoticed = notice !== undefined && (shown < notice.number || pair !== undefined);

  const back = () =>
    void (library === undefined ? navigate({ to: '/' }) : navigate({ to: '/library/$library/$', params: { library, _splat: document.folder } }));
  const restoreVersion = async (version: DocumentVersion) => {
    if (await actions.restoreVersion(version)) showNewest();
  };
  const trash = async () => {
    if (await actions.trash()) back();
  };
  const purge = async () => {
    if (await actions.purge()) void navigate({ to: '/trash' });
  };
  const drop = (files: File[]) => {
    const [dropped, ...others] = files;
    if (others.length > 0) notifyFailed(t('upload.oneFile'));
    else if (dropped !== undefined) setUpload({ dropped });
  };

  const older = olderVersion(shown);
  const newer = newerVersion(shown, newest);
  useDocumentShortcuts({
    download: () => {
      const link = window.document.createElement('a');
      link.href = contentUrl(id, shown);
      link.download = '';
      link.click();
    },
    newVersion: isTrashed ? undefined : () => setUpload({ dropped: undefined }),
    compare: older === undefined || pair !== undefined ? undefined : () => compare(older, shown),
    older: older === undefined || pair !== undefined ? undefined : () => show(older),
    newer: newer === undefined || pair !== undefined ? undefined : () => show(newer),
    rename: isTrashed ? undefined : () => setEditing('title'),
    back: pair === undefined ? back : () => show(shown),
  });

  const preview = <ShownVersion document={document} number={shown} onShow={show} />;
  const versions = (
    <Versions document={document} shown={shown} onShow={show} onCompare={compare} onRestore={(version) => void restoreVersion(version)} />
  );

  return (
    <>
      <DocumentHeader
        document={document}
        actions={actions}
        editing={isTrashed ? undefined : editing}
        onEdit={setEditing}
        onNewVersion={() => setUpload({ dropped: undefined })}
        onMove={() => setMoving(true)}
        onTrash={() => void trash()}
      />
      {document.trashedAt !== null && (
        <TrashBanner trashedAt={document.trashedAt} onRestore={() => void actions.restore()} onPurge={() => void purge()} />
      )}
      {isNoticed && (
        <Alert icon={<IconSparkles />} mb="md" p="sm">
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{t('notice.added', { name: notice.by, version: notice.number })}</Text>
            <Group gap="xs" wrap="nowrap">
              <Button
                size="compact-md"
                onClick={() => {
                  dismiss();
                  showNewest();
                }}
              >
                {t('notice.show')}
              </Button>
              <CloseButton aria-label={t('notice.dismiss')} onClick={dismiss} />
            </Group>
          </Group>
        </Alert>
      )}
      {pair !== undefined ? (
        <Suspense fallback={<Pending />}>
          <Compare document={document} pair={pair} onCompare={compare} onClose={() => show(shown)} />
        </Suspense>
      ) : (
        <div className={classes.columns}>
          {!isNarrow && <section aria-label={t('preview.label', { number: shown })}>{preview}</section>}
          <Tabs
            value={!isNarrow && panel === 'preview' ? 'versions' : panel}
            onChange={(value) => setPanel(value as Panel)}
            keepMounted={false}
          >
            <Tabs.List grow mb="sm" aria-label={t('tab.label')}>
              {isNarrow && <Tabs.Tab value="preview">{t('tab.preview')}</Tabs.Tab>}
              <Tabs.Tab value="versions">{t('tab.versions')}</Tabs.Tab>
              <Tabs.Tab value="history">{t('tab.history')}</Tabs.Tab>
            </Tabs.List>
            {isNarrow && <Tabs.Panel value="preview">{preview}</Tabs.Panel>}
            <Tabs.Panel value="versions">{versions}</Tabs.Panel>
            <Tabs.Panel value="history">
              <History id={id} onShow={show} />
            </Tabs.Panel>
          </Tabs>
        </div>
      )}
      {!isTrashed && <DropZone isActive={upload === undefined} onDrop={drop} />}
      {upload !== undefined && <NewVersionDialog document={document} dropped={upload.dropped} onClose={() => setUpload(undefined)} />}
      {isMoving && library !== undefined && (
        <MoveDialog
          library={library}
          libraryTitle={t(`library.${library}`)}
          folder={document.folder}
          count={1}
          onMove={(folder) => void actions.move(folder)}
          onClose={() => setMoving(false)}
        />
      )}
    </>
  );
}
