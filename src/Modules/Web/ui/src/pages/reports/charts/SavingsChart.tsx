import { DonutChart } from '@mantine/charts';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/format';
import classes from '../Reports.module.css';
import { Picture } from './Picture';

interface Props {
  label: string;
  stored: number;
  saved: number;
  /** In the middle. */
  text: string;
}

/** How much of what people have is stored, and how much need not be. */
export function SavingsChart({ label, stored, saved, text }: Props) {
  const { t } = useTranslation('reports');
  const format = useFormat();
  return (
    <Picture label={label}>
      <div className={classes.donut}>
        <DonutChart
          size={190}
          thickness={26}
          paddingAngle={saved > 0 ? 2 : 0}
          valueFormatter={format.bytes}
          tooltipDataSource="segment"
          pieProps={{ rootTabIndex: -1 }}
          data={[
            { name: t('series.stored'), value: stored, color: 'var(--kilo-chart-uploads)' },
            { name: t('series.saved'), value: saved, color: 'var(--kilo-chart-saved)' },
          ]}
        />
        <span className={classes.donutText} aria-hidden>
          <span className={classes.donutShare}>{text}</span>
          {t('storage.share')}
        </span>
      </div>
    </Picture>
  );
}
