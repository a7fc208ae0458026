import { setNonce } from 'get-nonce';

/** The nonce of this page's content security policy; styles that libraries add at run time carry it. */
export const cspNonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';

setNonce(cspNonce);
