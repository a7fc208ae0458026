import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '@/components';
import { CsvButton } from './CsvButton';
import { csvName } from './csvName';
import { DocumentsTable, loadDocumentsCsv } from './DocumentsTable';
import { RankChoice } from './RankChoice';
import classes from './Reports.module.css';
import type { Behind, Rank } from './search';
import type { ReportsState } from './useReports';

/** The documents of which there is most in all of the days. */
export function DocumentsReport({ days, only }: ReportsState) {
  const { t } = useTranslation('reports');
  const [by, setBy] = useState<Rank>('versions');
  const behind: Behind = { ...days, ...only, by };
  return (
    <Section
      title={t('documents.title')}
      hint={t(`documents.hint.${by}`)}
      actions={
        <div className={classes.tools}>
          <RankChoice by={by} onChange={setBy} />
          <CsvButton of={t('documents.title')} fileName={csvName(`documents-${by}`, days)} load={() => loadDocumentsCsv(behind)} />
        </div>
      }
    >
      <DocumentsTable behind={behind} />
    </Section>
  );
}
