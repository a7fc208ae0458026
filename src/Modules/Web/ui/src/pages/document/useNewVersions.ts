import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, type LiveEvent } from '@/api';
import { announce } from '@/components';
import { onLiveEvents } from '@/live';
import { useSession } from '@/session/session';
import { uploads } from '@/uploads';

interface NewVersion {
  number: number;
  by: string;
}

function isNewVersion(event: LiveEvent): boolean {
  return event.action === 'version-added' || event.action === 'version-restored';
}

/**
 * Versions that arrive while the page is shown: one's own are shown at once, of those of others a notice speaks, so that
 * nobody loses the place they read at.
 */
export function useNewVersions(id: string, showNewest: () => void) {
  const { t } = useTranslation('document');
  const client = useQueryClient();
  const { id: userId } = useSession();
  const [notice, setNotice] = useState<NewVersion>();
  const show = useRef(showNewest);
  useEffect(() => {
    show.current = showNewest;
  });

  useEffect(() => {
    const showOwn = async () => {
      await client.invalidateQueries({ queryKey: keys.document(id) });
      show.current();
    };
    const stopListening = onLiveEvents((events) => {
      const newest = events.findLast((event) => event.document === id && isNewVersion(event));
      if (newest === undefined || newest.version === null) return;
      if (newest.by.id === userId) void showOwn();
      else {
        setNotice({ number: newest.version, by: newest.by.displayName });
        announce(t('notice.added', { name: newest.by.displayName, version: newest.version }));
      }
    });
    const stopFollowing = uploads.onStored(({ target }) => {
      if (target.kind === 'version' && target.document === id) void showOwn();
    });
    return () => {
      stopListening();
      stopFollowing();
    };
  }, [client, id, t, userId]);

  return { notice, dismiss: () => setNotice(undefined) };
}
