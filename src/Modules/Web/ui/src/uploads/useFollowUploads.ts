import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '@/api';
import { listed, refreshDocuments, showDocument } from '@/library';
import { useSession } from '@/session/session';
import { uploads } from './uploads';

const batchMs = 150;

/** Shows in the lists what this tab has uploaded, without waiting for the live event; once, in the shell. */
export function useFollowUploads(): void {
  const client = useQueryClient();
  const { id: userId } = useSession();
  useEffect(() => {
    const unknown = new Set<string>();
    const libraries = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      if (unknown.size > 0) void refreshDocuments(client, [...unknown], userId);
      for (const id of unknown) void client.invalidateQueries({ queryKey: keys.document(id) });
      for (const library of libraries) void client.invalidateQueries({ queryKey: keys.folders(library) });
      unknown.clear();
      libraries.clear();
    };
    const stop = uploads.onStored(({ stored, target }) => {
      if (stored?.details !== undefined) showDocument(client, listed(stored.details), userId);
      else if (stored?.document !== undefined) unknown.add(stored.document);
      libraries.add(target.library);
      timer ??= setTimeout(flush, batchMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, userId]);
}
