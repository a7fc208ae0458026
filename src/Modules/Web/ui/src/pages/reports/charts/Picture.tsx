import type { ReactNode } from 'react';

interface Props {
  label: string;
  className?: string | undefined;
  isClickable?: boolean;
  children: ReactNode;
}

/** A chart as an image with a sentence: what it is drawn of says nothing to who cannot see it. */
export function Picture({ label, className, isClickable = false, children }: Props) {
  return (
    <div role="img" aria-label={label} className={className} data-clickable={isClickable || undefined}>
      <div aria-hidden>{children}</div>
    </div>
  );
}
