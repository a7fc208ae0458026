import { UploadQueue } from './queue';
import { startTransfer } from './transfer';
import { isActive } from './upload';

/** The uploads of this tab; they go on while the person looks at other pages. */
export const uploads = new UploadQueue(startTransfer);

window.addEventListener('online', () => uploads.wake());

window.addEventListener('beforeunload', (event) => {
  if (uploads.current().some(isActive)) event.preventDefault();
});
