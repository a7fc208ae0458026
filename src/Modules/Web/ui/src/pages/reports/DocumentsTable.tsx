import { Anchor, Badge } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, type TopDocument } from '@/api';
import { Ago, EmptyState, ErrorState, ListSkeleton } from '@/components';
import { useFormat } from '@/format';
import { libraryNameOf } from '@/library/libraryName';
import { useSession } from '@/session/session';
import { ReportTable } from './ReportTable';
import { documentsParams, documentsQuery, mostRows } from './reportQueries';
import classes from './Reports.module.css';
import type { Behind } from './search';
import { useNaming } from './useNames';

/** All of them, not only those that are shown. */
export function loadDocumentsCsv(behind: Behind) {
  return api.GET('/api/reports/documents/top', { params: { query: { ...documentsParams(behind), format: 'csv' } }, parseAs: 'blob' });
}

/** The documents of which there is most. */
export function DocumentsTable({ behind }: { behind: Behind }) {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const naming = useNaming();
  const query = useQuery(documentsQuery(behind));
  const documents = query.data;
  const placeOf = ({ library, libraryName, folder }: TopDocument) => [naming.libraryShort(library, libraryName), ...folder.split('/').filter(Boolean)].join(' › ');

  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (documents === undefined) return <ListSkeleton label={t('loading')} rows={5} />;
  if (documents.length === 0) {
    return (
      <EmptyState icon={IconFileOff} title={t(`documents.empty.${behind.by}`)}>
        {t('documents.empty.text')}
      </EmptyState>
    );
  }
  return (
    <ReportTable
      label={t('documents.table')}
      rows={documents}
      hasMore={documents.length === mostRows}
      rowKey={({ id }) => id}
      columns={[
        { key: 'title', label: t('column.document'), isText: true, value: ({ title }) => title, show: (document) => <Title document={document} /> },
        ...(behind.by === 'bytes' ? [] : [{ key: 'count', label: t(`column.${behind.by === 'versions' ? 'uploads' : 'downloads'}`), value: ({ count }: TopDocument) => count, show: ({ count }: TopDocument) => format.number(count) }]),
        { key: 'bytes', label: t('column.size'), value: ({ bytes }) => bytes, show: ({ bytes }) => format.bytes(bytes) },
        { key: 'versions', label: t('column.versions'), value: ({ versions }) => versions, show: ({ versions }) => format.number(versions) },
        { key: 'place', label: t('column.place'), isText: true, value: placeOf, show: (document) => <Place text={placeOf(document)} /> },
        { key: 'updatedAt', label: t('column.changedAt'), value: ({ updatedAt }) => updatedAt, show: ({ updatedAt }) => <Ago at={updatedAt} /> },
      ]}
    />
  );
}

/** A link, where the administrator may see the document too. */
function Title({ document: { id, title, library, isTrashed } }: { document: TopDocument }) {
  const { t } = useTranslation('reports');
  const { id: userId } = useSession();
  return (
    <>
      {libraryNameOf(library, userId) === undefined ? (
        title
      ) : (
        <Anchor component={Link} to={`/documents/${id}`} inherit>
          {title}
        </Anchor>
      )}
      {isTrashed && (
        <Badge variant="outline" color="gray" size="sm" ml={8} className={classes.badge}>
          {t('documents.trashed')}
        </Badge>
      )}
    </>
  );
}

function Place({ text }: { text: string }) {
  return (
    <span className={classes.place} title={text}>
      {text}
    </span>
  );
}
