import '@mantine/dates/styles.css';
import 'dayjs/locale/de';
import { Button, Group, Select, Text } from '@mantine/core';
import { DatePickerInput, DatesProvider } from '@mantine/dates';
import { IconCalendar, IconFilterOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/format';
import { addDays, mostDays, presets, today, usualPreset } from './range';
import { timeZone } from './reportQueries';
import classes from './Reports.module.css';
import { type Named, useNames } from './useNames';
import type { ReportsState } from './useReports';

const ownDays = 'own';
const mostShown = 100;

/** Of when, of which library and of whom the reports are. */
export function Filters({ search, days, only, change }: ReportsState) {
  const { t } = useTranslation('reports');
  const { language, days: daysText } = useFormat();
  const names = useNames(days);
  const now = today();
  const preset = search.range ?? (search.from === undefined ? usualPreset : ownDays);
  // While only the first day is chosen there are no days to report of yet.
  const [chosen, setChosen] = useState<[string | null, string | null]>([days.from, days.to]);
  useEffect(() => setChosen([days.from, days.to]), [days]);

  const choose = (range: [string | null, string | null]) => {
    setChosen(range);
    if (range[0] !== null && range[1] !== null) change({ range: undefined, from: range[0], to: range[1] });
  };

  return (
    <Group component="search" aria-label={t('filter.label')} gap="sm" className={classes.filters}>
      <Select
        aria-label={t('filter.range')}
        className={classes.filter}
        allowDeselect={false}
        maxDropdownHeight={400}
        value={preset}
        data={[
          ...presets.map((name) => ({ value: name as string, label: t(`preset.${name}`) })),
          ...(preset === ownDays ? [{ value: ownDays, label: t('preset.own') }] : []),
        ]}
        onChange={(value) => {
          const range = presets.find((name) => name === value);
          if (range !== undefined) change({ range, from: undefined, to: undefined });
        }}
      />
      <DatesProvider settings={{ locale: language, firstDayOfWeek: 1, weekendDays: [] }}>
        <DatePickerInput
          type="range"
          allowSingleDateInRange
          aria-label={t('filter.days')}
          className={classes.filterDays}
          leftSection={<IconCalendar size={18} stroke={1.6} aria-hidden />}
          value={chosen}
          onChange={choose}
          minDate={addDays(now, 1 - mostDays)}
          maxDate={now}
          valueFormatter={({ date }) => {
            const [from, to] = Array.isArray(date) ? date : [];
            return typeof from === 'string' ? daysText(from, typeof to === 'string' ? to : from) : '';
          }}
          ariaLabels={{
            previousMonth: t('calendar.previousMonth'),
            nextMonth: t('calendar.nextMonth'),
            monthLevelControl: t('calendar.chooseMonth'),
            previousYear: t('calendar.previousYear'),
            nextYear: t('calendar.nextYear'),
            yearLevelControl: t('calendar.chooseYear'),
            previousDecade: t('calendar.previousDecade'),
            nextDecade: t('calendar.nextDecade'),
          }}
        />
      </DatesProvider>
      <Choice label={t('filter.library')} every={t('filter.everyLibrary')} names={names.libraries} value={only.library} nameOf={names.library} onChange={(library) => change({ library })} />
      <Choice label={t('filter.person')} every={t('filter.everybody')} names={names.people} value={only.person} nameOf={names.person} onChange={(person) => change({ person })} />
      {(only.library !== undefined || only.person !== undefined) && (
        <Button variant="subtle" size="compact-sm" leftSection={<IconFilterOff size={16} />} onClick={() => change({ library: undefined, person: undefined })}>
          {t('filter.clear')}
        </Button>
      )}
      <Text size="sm" c="dimmed">
        {t('zone', { zone: timeZone })}
      </Text>
    </Group>
  );
}

interface ChoiceProps {
  label: string;
  every: string;
  names: readonly Named[];
  value: string | undefined;
  nameOf: (id: string) => string;
  onChange: (id: string | undefined) => void;
}

/** One of many by its name; nothing chosen is every one. */
function Choice({ label, every, names, value, nameOf, onChange }: ChoiceProps) {
  const { t } = useTranslation('reports');
  const missing = value !== undefined && !names.some((name) => name.value === value) ? [{ value, label: nameOf(value) }] : [];
  return (
    <Select
      aria-label={label}
      className={classes.filter}
      placeholder={every}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': every }}
      limit={mostShown}
      nothingFoundMessage={t('filter.nothing')}
      value={value ?? null}
      data={[...missing, ...names]}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}
