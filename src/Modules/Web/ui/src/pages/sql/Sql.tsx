import { Button, Drawer, Group, Loader, Select, Skeleton, Text } from '@mantine/core';
import { useDisclosure, useLocalStorage, useMediaQuery, useSessionStorage } from '@mantine/hooks';
import { IconDeviceFloppy, IconListTree, IconPlayerPlay, IconPlayerStop, IconRoute } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SavedSql } from '@/api';
import { announce, PageTitle } from '@/components';
import { useFormat } from '@/format';
import { useSession } from '@/session/session';
import { useShortcut } from '@/shortcuts';
import { Answer } from './Answer';
import { examples } from './examples';
import { parseHistory, type Ran, withRan } from './history';
import { type Limits, parseLimits, rowLimits, timeLimits, usualLimits } from './limits';
import { SaveDialog } from './SaveDialog';
import { SidePanel } from './SidePanel';
import classes from './Sql.module.css';
import type { SqlEditorHandle } from './SqlEditor';
import { schemaQuery } from './sqlQueries';
import { useSqlRun } from './useSqlRun';

const SqlEditor = lazy(async () => ({ default: (await import('./SqlEditor')).SqlEditor }));

export function Sql() {
  const { t } = useTranslation('sql');
  const format = useFormat();
  const { id: userId } = useSession();
  const isNarrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false }) === true;
  const schema = useQuery(schemaQuery);
  const editor = useRef<SqlEditorHandle>(null);
  const [text, setText] = useSessionStorage({ key: `kilo.sql-draft.${userId}`, defaultValue: '', getInitialValueInEffect: false });
  const [history, setHistory] = useLocalStorage<Ran[]>({
    key: `kilo.sql-history.${userId}`,
    defaultValue: [],
    deserialize: parseHistory,
    getInitialValueInEffect: false,
  });
  const [limits, setLimits] = useLocalStorage<Limits>({ key: 'kilo.sql-limits', defaultValue: usualLimits, deserialize: parseLimits, getInitialValueInEffect: false });
  const [saved, setSaved] = useState<SavedSql>();
  const [saving, savingDialog] = useDisclosure();
  const [panelOpened, panel] = useDisclosure();
  const remember = useCallback((ran: Ran) => setHistory((before) => withRan(before, ran)), [setHistory]);
  const { run, start, cancel } = useSqlRun(remember);
  const isRunning = run.state === 'running';
  const isEmpty = text.trim() === '';

  const runNow = (isPlan = false) => void start(text, limits, isPlan);
  useShortcut(t('keyboard.runKeys'), t('run.action'), null, t('title'));
  useShortcut('e', t('keyboard.editor'), () => editor.current?.focus(), t('title'));

  useEffect(() => {
    if (run.state === 'running') announce(t('run.running'));
    if (run.state === 'cancelled') announce(t('run.cancelled'));
    if (run.state === 'done') announce(t('result.rows', { count: run.answer.rows.length }));
  }, [run, t]);

  const write = (sql: string, from?: SavedSql) => {
    setText(sql);
    setSaved(from);
    panel.close();
    editor.current?.write(sql);
  };
  const side = (
    <SidePanel
      history={history}
      onForget={() => setHistory([])}
      onWrite={write}
      onInsert={(name) => {
        panel.close();
        editor.current?.insert(name);
      }}
      shownSaved={saved?.id}
    />
  );

  return (
    <>
      <PageTitle
        title={t('title')}
        actions={
          isNarrow && (
            <Button variant="default" leftSection={<IconListTree size={18} />} onClick={panel.open}>
              {t('panel.open')}
            </Button>
          )
        }
      />
      <Text c="dimmed" size="sm" mb="md">
        {t('hint')}
      </Text>
      <div className={classes.page}>
        {isNarrow ? (
          <Drawer opened={panelOpened} onClose={panel.close} title={t('panel.label')} closeButtonProps={{ 'aria-label': t('panel.close') }}>
            {side}
          </Drawer>
        ) : (
          <aside className={classes.side} aria-label={t('panel.label')}>
            {side}
          </aside>
        )}
        <div className={classes.work}>
          <div className={classes.editor}>
            <Suspense fallback={<Skeleton height="100%" />}>
              <SqlEditor
                initial={text}
                onChange={setText}
                onRun={() => runNow()}
                tables={schema.data?.tables}
                label={t('editor.label')}
                hint={t('editor.hint')}
                handle={editor}
              />
            </Suspense>
          </div>
          <Group gap="xs" className={classes.bar}>
            {isRunning ? (
              <Button color="red" leftSection={<IconPlayerStop size={18} />} onClick={() => void cancel()}>
                {t('run.cancel')}
              </Button>
            ) : (
              <Button leftSection={<IconPlayerPlay size={18} />} disabled={isEmpty} title={t('keyboard.runKeys')} onClick={() => runNow()}>
                {t('run.action')}
              </Button>
            )}
            <Button variant="default" leftSection={<IconRoute size={18} />} disabled={isEmpty || isRunning} title={t('run.explainHint')} onClick={() => runNow(true)}>
              {t('run.explain')}
            </Button>
            <Button variant="default" leftSection={<IconDeviceFloppy size={18} />} disabled={isEmpty} onClick={savingDialog.open}>
              {t('save.action')}
            </Button>
            <Group gap="xs" className={classes.limits}>
              <Select
                size="xs"
                w={128}
                aria-label={t('limit.rows')}
                allowDeselect={false}
                value={String(limits.maxRows)}
                data={rowLimits.map((rows) => ({ value: String(rows), label: t('limit.ofRows', { count: rows }) }))}
                onChange={(value) => setLimits((before) => ({ ...before, maxRows: Number(value) }))}
              />
              <Select
                size="xs"
                w={128}
                aria-label={t('limit.time')}
                allowDeselect={false}
                value={String(limits.timeoutSeconds)}
                data={timeLimits.map((seconds) => ({ value: String(seconds), label: t('limit.ofTime', { count: seconds }) }))}
                onChange={(value) => setLimits((before) => ({ ...before, timeoutSeconds: Number(value) }))}
              />
            </Group>
          </Group>
          {run.state === 'running' ? (
            <Running startedAt={run.startedAt} text={t('run.running')} format={format.number} />
          ) : (
            <Answer run={run} savedName={saved?.sql === text ? saved.name : undefined} onExample={(name) => write(examples[name])} />
          )}
        </div>
      </div>
      <SaveDialog opened={saving} onClose={savingDialog.close} sql={text} saved={saved} onSaved={setSaved} />
    </>
  );
}

const tickMs = 100;

/** For how long it has been running, for the eyes only: the words are announced once. */
function Running({ startedAt, text, format }: { startedAt: number; text: string; format: (value: number) => string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <Group className={classes.running} gap="sm">
      <Loader size={20} />
      <Text>{text}</Text>
      <Text c="dimmed" aria-hidden>
        {format(Math.max(0, Math.floor((now - startedAt) / 100) / 10))} s
      </Text>
    </Group>
  );
}
