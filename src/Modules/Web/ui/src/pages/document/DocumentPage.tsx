import { getRouteApi } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { isStatus } from '@/api';
import { Pending } from '@/app/Pending';
import { ErrorState, PageTitle } from '@/components';
import { Document } from './Document';
import { detailsQuery } from './documentQueries';
import { Missing } from './Missing';

const route = getRouteApi('/shell/documents/$id');

export function DocumentPage() {
  const { t } = useTranslation('document');
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(detailsQuery(id));
  // The address may hold anything: an id that is none is refused with 400.
  if (isStatus(error, 404) || (data === undefined && isStatus(error, 400))) return <Missing />;
  if (data !== undefined) return <Document key={id} document={data} />;
  if (error !== null) {
    return (
      <>
        <PageTitle title={t('title')} />
        <ErrorState error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  return <Pending />;
}
