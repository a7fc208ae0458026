import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SavedSql } from '@/api';
import type { Ran } from './history';
import { HistoryList } from './HistoryList';
import { SavedList } from './SavedList';
import { SchemaList } from './SchemaList';
import classes from './Sql.module.css';

interface Props {
  history: readonly Ran[];
  onForget: () => void;
  onWrite: (sql: string, saved?: SavedSql) => void;
  onInsert: (name: string) => void;
  shownSaved: string | undefined;
}

/** What there is to ask, what was saved, and what was asked before. */
export function SidePanel({ history, onForget, onWrite, onInsert, shownSaved }: Props) {
  const { t } = useTranslation('sql');
  return (
    <Tabs defaultValue="tables" keepMounted={false} className={classes.tabs}>
      <Tabs.List grow>
        <Tabs.Tab value="tables">{t('tables.title')}</Tabs.Tab>
        <Tabs.Tab value="saved">{t('saved.title')}</Tabs.Tab>
        <Tabs.Tab value="history">{t('history.title')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="tables" className={classes.panel}>
        <SchemaList onInsert={onInsert} onWrite={onWrite} />
      </Tabs.Panel>
      <Tabs.Panel value="saved" className={classes.panel}>
        <SavedList onWrite={onWrite} shown={shownSaved} />
      </Tabs.Panel>
      <Tabs.Panel value="history" className={classes.panel}>
        <HistoryList history={history} onForget={onForget} onWrite={onWrite} />
      </Tabs.Panel>
    </Tabs>
  );
}
