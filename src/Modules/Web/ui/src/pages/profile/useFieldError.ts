import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api';
import { useErrorText } from '@/components';

const known = {
  'wrong-password': 'current',
  'invalid-password': 'password',
  'invalid-name': 'name',
  'invalid-email': 'email',
  'email-taken': 'email',
  'invalid-expiry': 'expiry',
} as const;

type Slug = keyof typeof known;
export type Field = (typeof known)[Slug] | 'form';

/** Which field of a form an answer of the server is about, and what to say there. */
export function useFieldError(): (error: unknown) => Partial<Record<Field, string>> {
  const { t } = useTranslation('profile');
  const errorText = useErrorText();
  return useCallback(
    (error) => {
      if (error === null || error === undefined) return {};
      if (error instanceof ApiError && error.slug in known) {
        const slug = error.slug as Slug;
        return { [known[slug]]: t(`problem.${slug}`) };
      }
      return { form: errorText(error) };
    },
    [t, errorText],
  );
}
