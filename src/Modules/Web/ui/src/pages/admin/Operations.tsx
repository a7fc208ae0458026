import { Alert, Badge, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconParking } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, ListSkeleton, Section } from '@/components';
import { useFormat } from '@/format';
import classes from './Admin.module.css';
import { lagOf, type Module, muchLag, operationsQuery, type Parked, parkedOf, refreshMs, type View } from './operations';
import { Runs } from './Runs';

/** How the modules are, asked again every few seconds. */
export function Operations() {
  const { t } = useTranslation('admin');
  const format = useFormat();
  const [refreshing, setRefreshing] = useState(true);
  const query = useQuery({ ...operationsQuery, refetchInterval: refreshing ? refreshMs : false });
  const modules = query.data;

  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {query.dataUpdatedAt > 0 && t('operations.asOf', { time: new Date(query.dataUpdatedAt).toLocaleTimeString(format.language) })}
        </Text>
        <Switch label={t('operations.refresh')} checked={refreshing} onChange={(event) => setRefreshing(event.currentTarget.checked)} />
      </Group>
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <ListSkeleton label={t('operations.loading')} rows={6} />}
      {modules !== undefined && (
        <>
          {modules.map((module) => (
            <ModuleSection key={module.module} module={module} />
          ))}
          <ParkedSection parked={parkedOf(modules)} />
        </>
      )}
      <Runs refreshing={refreshing} />
    </Stack>
  );
}

function ModuleSection({ module }: { module: Module }) {
  const { t } = useTranslation('admin');
  const { report, problem } = module;
  const late = lagOf(module) > muchLag;
  return (
    <Section
      title={module.module}
      actions={
        problem !== null ? (
          <State icon={<IconCircleX size={15} />} color="red" text={t('operations.down')} />
        ) : late ? (
          <State icon={<IconAlertTriangle size={15} />} color="orange" text={t('operations.late')} />
        ) : (
          <State icon={<IconCircleCheck size={15} />} color="teal" text={t('operations.well')} />
        )
      }
    >
      {problem !== null && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('operations.unreachable')}>
          <Text size="sm">{problem}</Text>
          <Text size="sm" mt={4}>
            {t('operations.unreachableHint')}
          </Text>
        </Alert>
      )}
      {report !== null && (
        <Stack gap="lg">
          <div>
            <Title order={3} size="h6" mb={4}>
              {t('operations.engines')}
            </Title>
            <dl className={classes.engines}>
              {report.engines.map(({ port, engine, where }) => (
                <div key={port}>
                  <dt>{port}</dt>
                  <dd>
                    {engine}
                    <span className={classes.where}>{where}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </div>
          <div>
            <Title order={3} size="h6" mb={4}>
              {t('operations.views')}
            </Title>
            <Views views={report.views} label={t('operations.viewsOf', { module: module.module })} />
          </div>
        </Stack>
      )}
    </Section>
  );
}

function State({ icon, color, text }: { icon: ReactNode; color: string; text: string }) {
  return (
    <Badge variant="outline" color={color} size="lg" leftSection={icon} className={classes.badge}>
      {text}
    </Badge>
  );
}

function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.scroll} role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

function Views({ views, label }: { views: readonly View[]; label: string }) {
  const { t } = useTranslation('admin');
  const format = useFormat();
  return (
    <Scroll label={label}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('operations.topic')}</th>
            <th scope="col" className={classes.number}>
              {t('operations.partition')}
            </th>
            <th scope="col" className={classes.number}>
              {t('operations.lag')}
            </th>
            <th scope="col" className={classes.number}>
              {t('operations.position')}
            </th>
            <th scope="col" className={classes.number}>
              {t('operations.end')}
            </th>
          </tr>
        </thead>
        <tbody>
          {views.map(({ topic, partition, position, end, lag }) => (
            <tr key={`${topic}/${partition}`} data-late={lag > muchLag || undefined}>
              <th scope="row">{topic}</th>
              <td className={classes.number}>{partition}</td>
              <td className={classes.number}>
                {lag > muchLag && <IconAlertTriangle size={15} aria-label={t('operations.late')} className={classes.warning} />}
                {format.number(lag)}
              </td>
              <td className={classes.number}>{format.number(position)}</td>
              <td className={classes.number}>{format.number(end)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function ParkedSection({ parked }: { parked: readonly Parked[] }) {
  const { t } = useTranslation('admin');
  return (
    <Section title={t('parked.title')} hint={t('parked.hint')}>
      {parked.length === 0 ? (
        <EmptyState icon={IconParking} title={t('parked.empty.title')}>
          {t('parked.empty.text')}
        </EmptyState>
      ) : (
        <Scroll label={t('parked.table')}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t('parked.event')}</th>
                <th scope="col">{t('parked.reason')}</th>
                <th scope="col">{t('parked.place')}</th>
                <th scope="col">{t('parked.key')}</th>
              </tr>
            </thead>
            <tbody>
              {parked.map((event) => (
                <tr key={`${event.module} ${event.topic}/${event.partition}/${event.offset}`}>
                  <th scope="row">
                    {event.type}
                    <span className={classes.where}>{event.eventId}</span>
                  </th>
                  <td className={classes.reason}>{event.reason}</td>
                  <td>
                    {event.module}
                    <span className={classes.where}>{`${event.topic}/${event.partition}/${event.offset}`}</span>
                  </td>
                  <td>{event.key}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Section>
  );
}
