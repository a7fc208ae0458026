import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type ReactNode, useCallback } from 'react';
import { useTranslation } from 'react-i18next';

interface Question {
  title: string;
  message: ReactNode;
  confirm: string;
  danger?: boolean;
}

/** Asks before something that cannot be undone; resolves to the answer. */
export function useConfirm(): (question: Question) => Promise<boolean> {
  const { t } = useTranslation();
  return useCallback(
    ({ title, message, confirm, danger = false }) =>
      new Promise((answer) => {
        modals.openConfirmModal({
          title,
          centered: true,
          children: <Text size="sm">{message}</Text>,
          labels: { confirm, cancel: t('action.cancel') },
          confirmProps: danger ? { color: 'red' } : {},
          onConfirm: () => answer(true),
          onCancel: () => answer(false),
          onClose: () => answer(false),
        });
      }),
    [t],
  );
}
