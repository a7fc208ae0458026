import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, NetworkError } from '@/api';

/** The sentence for people in an error: the server's own, or one of ours when the server did not answer. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error) => {
      if (error instanceof NetworkError) return t('error.network');
      if (error instanceof ApiError) return error.status === 403 && error.slug === '' ? t('error.forbidden') : error.message;
      return t('error.unknown');
    },
    [t],
  );
}
