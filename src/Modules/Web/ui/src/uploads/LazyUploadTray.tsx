import { lazy, Suspense, useSyncExternalStore } from 'react';
import { uploads } from './uploads';

const UploadTray = lazy(() => import('./UploadTray').then((module) => ({ default: module.UploadTray })));

/** The tray, loaded with the first upload. */
export function LazyUploadTray() {
  const isNeeded = useSyncExternalStore(uploads.subscribe, () => uploads.current().length > 0);
  return (
    <Suspense>{isNeeded && <UploadTray />}</Suspense>
  );
}
