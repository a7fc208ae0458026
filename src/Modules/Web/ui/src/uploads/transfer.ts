import { isResumable, type StartTransfer } from './upload';
import { sendAtOnce } from './sendAtOnce';

/** Small files in one request; large ones in a way that survives a lost connection and a reload. */
export const startTransfer: StartTransfer = (upload, events) => {
  if (!isResumable(upload)) return sendAtOnce(upload, events);
  let discarded: 'stop' | 'discard' | undefined;
  let transfer: ReturnType<StartTransfer> | undefined;
  import('./sendResumably').then(
    ({ sendResumably }) => {
      if (discarded === undefined) transfer = sendResumably(upload, events);
    },
    (error: unknown) => events.failed(error),
  );
  const end = (how: 'stop' | 'discard') => {
    discarded = how;
    transfer?.[how]();
  };
  return { stop: () => end('stop'), discard: () => end('discard') };
};
