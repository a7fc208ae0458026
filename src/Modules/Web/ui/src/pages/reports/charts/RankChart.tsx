import { BarChart, ChartTooltip } from '@mantine/charts';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/format';
import classes from '../Reports.module.css';
import { Picture } from './Picture';

export interface RankBar {
  name: string;
  uploads: number;
  downloads: number;
}

interface Props {
  label: string;
  bars: readonly RankBar[];
  onOpen: (at: number) => void;
}

const barPx = 34;
const axesPx = 78;
const longestName = 17;

/** Who or what had most, the first above; the table beside it says the same. */
export function RankChart({ label, bars, onOpen }: Props) {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const series = [
    { name: 'uploads', label: t('series.uploads'), color: 'var(--kilo-chart-uploads)' },
    { name: 'downloads', label: t('series.downloads'), color: 'var(--kilo-chart-downloads)' },
  ];
  // Two of the same name are two bars.
  const data = bars.map((bar, at) => ({ ...bar, at: String(at) }));
  const nameOf = (at: unknown) => bars[Number(at)]?.name ?? '';
  return (
    <Picture label={label} className={classes.chart} isClickable>
      <BarChart
        h={bars.length * barPx + axesPx}
        data={data}
        dataKey="at"
        series={series}
        type="stacked"
        orientation="vertical"
        gridAxis="x"
        tickLine="none"
        withLegend
        legendProps={{ verticalAlign: 'top' }}
        maxBarWidth={22}
        valueFormatter={format.number}
        xAxisProps={{ tickFormatter: format.shortNumber, allowDecimals: false }}
        yAxisProps={{ width: 136, tick: { width: undefined, fontSize: 12, fill: 'currentColor' }, interval: 0, tickFormatter: (at) => clipped(nameOf(at)) }}
        tooltipProps={{
          content: ({ label: at, payload }) => (
            <ChartTooltip label={nameOf(at)} payload={payload} series={series} valueFormatter={format.number} />
          ),
        }}
        barChartProps={{
          onClick: ({ activeLabel }) => {
            if (activeLabel !== undefined) onOpen(Number(activeLabel));
          },
        }}
      />
    </Picture>
  );
}

function clipped(name: string): string {
  const letters = [...name];
  return letters.length > longestName ? `${letters.slice(0, longestName - 1).join('')}…` : name;
}
