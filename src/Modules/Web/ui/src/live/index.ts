export { onLiveEvents } from './events';
export { useLive, useLiveConnected } from './useLive';
