export { LazyUploadTray } from './LazyUploadTray';
export { pickFiles } from './pickFiles';
export { useAddFiles } from './useAddFiles';
export { useFollowUploads } from './useFollowUploads';
export { uploads } from './uploads';
