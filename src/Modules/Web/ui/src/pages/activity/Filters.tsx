import { Button, Group, Select, Switch } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/session/session';
import classes from './Activity.module.css';
import { type Filter, type Kind, kinds, noFilter } from './changes';

interface Props {
  filter: Filter;
  onChange: (filter: Filter) => void;
}

export function Filters({ filter, onChange }: Props) {
  const { t } = useTranslation('activity');
  const { id } = useSession();
  const active = filter.kind !== 'every' || filter.library !== 'every' || filter.mine;
  return (
    <Group component="search" aria-label={t('filter.label')} gap="md" mb="lg" className={classes.filters}>
      <Select
        aria-label={t('filter.kind')}
        className={classes.choice}
        allowDeselect={false}
        maxDropdownHeight={320}
        value={filter.kind}
        onChange={(kind) => onChange({ ...filter, kind: (kind ?? 'every') as Kind | 'every' })}
        data={[{ value: 'every', label: t('filter.everyKind') }, ...kinds.map((kind) => ({ value: kind, label: t(`filter.${kind}`) }))]}
      />
      <Select
        aria-label={t('filter.library')}
        className={classes.choice}
        allowDeselect={false}
        value={filter.library}
        onChange={(library) => onChange({ ...filter, library: library ?? 'every' })}
        data={[
          { value: 'every', label: t('filter.everyLibrary') },
          { value: id, label: t('personal') },
          { value: 'shared', label: t('shared') },
        ]}
      />
      <Switch label={t('filter.mine')} checked={filter.mine} onChange={(event) => onChange({ ...filter, mine: event.currentTarget.checked })} />
      {active && (
        <Button variant="subtle" size="compact-sm" leftSection={<IconFilterOff size={16} />} onClick={() => onChange(noFilter)}>
          {t('filter.clear')}
        </Button>
      )}
    </Group>
  );
}
