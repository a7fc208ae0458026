/** Has a screen reader say a sentence, without moving the focus. The region is in the shell (see LiveRegion). */
export function announce(sentence: string): void {
  const region = document.getElementById(liveRegionId);
  if (region !== null) region.textContent = sentence;
}

export const liveRegionId = 'announcements';
