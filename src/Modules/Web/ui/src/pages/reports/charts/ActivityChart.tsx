import { AreaChart, BarChart, ChartTooltip } from '@mantine/charts';
import { useTranslation } from 'react-i18next';
import type { TooltipProps } from 'recharts';
import type { ActivityItem } from '@/api';
import { useFormat } from '@/format';
import classes from '../Reports.module.css';
import { Picture } from './Picture';

export type Measure = 'number' | 'bytes';

interface Props {
  label: string;
  items: readonly ActivityItem[];
  measure: Measure;
  shortName: (start: string) => string;
  longName: (item: ActivityItem) => string;
  onOpen: (item: ActivityItem) => void;
}

const mostBars = 100;
const heightPx = 300;

/** A picture of what the table says; whoever cannot see it, or has no mouse, is told so and has the table. */
export function ActivityChart({ label, items, measure, shortName, longName, onOpen }: Props) {
  const { t } = useTranslation('reports');
  const format = useFormat();
  const isBytes = measure === 'bytes';
  const series = [
    { name: isBytes ? 'bytes' : 'versions', label: t('series.uploads'), color: 'var(--kilo-chart-uploads)' },
    { name: isBytes ? 'downloadedBytes' : 'downloads', label: t('series.downloads'), color: 'var(--kilo-chart-downloads)' },
  ];
  const exact = isBytes ? format.bytes : format.number;
  const titleOf = (start: unknown) => {
    const item = items.find((one) => one.start === start);
    return item === undefined ? '' : longName(item);
  };
  const onClick = ({ activeLabel }: { activeLabel?: string | number }) => {
    const item = items.find(({ start }) => start === activeLabel);
    if (item !== undefined && item.versions + item.downloads > 0) onOpen(item);
  };
  const shared = {
    h: heightPx,
    data: items as ActivityItem[],
    dataKey: 'start',
    series,
    withLegend: true,
    legendProps: { verticalAlign: 'top' as const },
    tickLine: 'none' as const,
    valueFormatter: exact,
    xAxisProps: { tickFormatter: shortName, minTickGap: 24 },
    yAxisProps: { tickFormatter: isBytes ? format.bytes : format.shortNumber, width: isBytes ? 72 : 44, allowDecimals: isBytes },
    tooltipProps: {
      content: ({ label: start, payload }: TooltipProps<number, string>) => (
        <ChartTooltip label={titleOf(start)} payload={payload} series={series} valueFormatter={exact} />
      ),
    },
  };
  return (
    <Picture label={label} className={classes.chart} isClickable>
      {items.length > mostBars ? (
        <AreaChart {...shared} curveType="monotone" withDots={false} fillOpacity={0.18} areaChartProps={{ onClick }} />
      ) : (
        <BarChart {...shared} maxBarWidth={28} barProps={{ radius: [3, 3, 0, 0] }} barChartProps={{ onClick, barGap: 1, barCategoryGap: '18%' }} />
      )}
    </Picture>
  );
}
