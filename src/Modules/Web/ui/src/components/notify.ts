import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import type { ReactNode } from 'react';

const closeButtonProps = () => ({ 'aria-label': i18next.t('action.close') });

export function notifyDone(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 4_000, closeButtonProps: closeButtonProps() });
}

export function notifyFailed(message: string): void {
  notifications.show({ message, color: 'red', autoClose: 10_000, closeButtonProps: closeButtonProps() });
}

/** A notification with something to press in it. Returns its id, to hide it. */
export function notifyWithAction(message: ReactNode, autoClose: number): string {
  return notifications.show({ message, autoClose, closeButtonProps: closeButtonProps() });
}
