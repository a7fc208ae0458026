import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export type View = 'rendered' | 'source';

interface Props {
  /** What the rendered view is called. */
  rendered: string;
  view: View;
  onChange: (view: View) => void;
}

export function ViewSwitch({ rendered, view, onChange }: Props) {
  const { t } = useTranslation('document');
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('preview.view')}
      value={view}
      onChange={(value) => onChange(value as View)}
      data={[
        { value: 'rendered', label: rendered },
        { value: 'source', label: t('preview.source') },
      ]}
    />
  );
}
