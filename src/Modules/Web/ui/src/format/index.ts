export { formatBytes } from './bytes';
export { formatAgo, formatDate } from './dates';
export { formatDay, formatDays, formatMonth, formatShortDay } from './days';
export { formatDuration } from './durations';
export { fileNamePart } from './fileNamePart';
export { useFormat } from './useFormat';
