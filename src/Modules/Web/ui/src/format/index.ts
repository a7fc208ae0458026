export { formatBytes } from './bytes';
export { formatAgo, formatDate } from './dates';
export { useFormat } from './useFormat';
